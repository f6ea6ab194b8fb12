using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace A2AConsole.Testing;

/// <summary>
/// An event as an agent would send it, valid unless told otherwise: a demand signal. Attributes are taken as given, so that a test
/// can say exactly what is wrong with its event and nothing else.
/// </summary>
public sealed record EventBuilder
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The example of <c>demand.signal</c>.</summary>
    public const string DemandSignal = """{"signalId":"s1","gtin":"04012345123456","site":"4012345000016","week":"2026-W48","qty":{"value":"1200","uom":"EA"},"source":"pos"}""";

    public string SpecVersion { get; init; } = "1.0";
    public string Id { get; init; } = Guid.CreateVersion7().ToString("N");
    public required string Source { get; init; }
    public string Type { get; init; } = "demand.signal";
    public string? Subject { get; init; }
    public required DateTimeOffset Time { get; init; }
    /// <summary>Null: five minutes after <see cref="Time"/>.</summary>
    public DateTimeOffset? Expires { get; init; }
    public string Nonce { get; init; } = Guid.NewGuid().ToString("N");
    public string? Audience { get; init; }
    public string? Action { get; init; }
    public string? IdempotencyKey { get; init; }
    public string? Critical { get; init; }
    public string? Demo { get; init; }
    /// <summary>The business body, raw JSON.</summary>
    public string Data { get; init; } = DemandSignal;
    /// <summary>Raw JSON members to append, e.g. <c>"x":"1"</c>.</summary>
    public string? More { get; init; }

    /// <summary>The event's bytes.</summary>
    public byte[] ToBytes()
    {
        var json = new JsonObject
        {
            ["specversion"] = SpecVersion,
            ["id"] = Id,
            ["source"] = Source,
            ["type"] = Type,
            ["time"] = Text(Time),
            ["expires"] = Text(Expires ?? Time.AddMinutes(5)),
            ["nonce"] = Nonce,
        };
        (string Name, string? Value)[] optional =
        [
            ("subject", Subject), ("audience", Audience), ("action", Action), ("idempotencykey", IdempotencyKey), ("critical", Critical), ("demo", Demo),
        ];
        foreach (var (name, value) in optional)
        {
            if (value is not null)
                json[name] = value;
        }
        var text = json.ToJsonString(Plain);
        return Encoding.UTF8.GetBytes($"{text[..^1]},\"data\":{Data}{(More is null ? "" : "," + More)}}}");
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
