using System.Text.Json;

namespace A2AConsole.Sdk;

/// <summary>Reads RFC 9457 problem documents into refusals.</summary>
internal static class Problem
{
    public static EventRefusal Read(ReadOnlyMemory<byte> body, int status)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return Read(json.RootElement, status);
        }
        catch (JsonException)
        {
            // Somebody between us and the edge answered.
        }
        return new EventRefusal("http-" + status, null, $"HTTP {status} without a reason", null, status);
    }

    public static EventRefusal Read(JsonElement problem, int? status)
        => new(Text(problem, "code") ?? CodeOfType(Text(problem, "type")) ?? "http-" + status, Text(problem, "check"), Text(problem, "detail") ?? Text(problem, "title") ?? "no detail given",
            problem.TryGetProperty("leafIndex", out var leaf) && leaf.ValueKind == JsonValueKind.Number ? leaf.GetInt64() : null, status);

    // urn:a2aconsole:overloaded and the like.
    private static string? CodeOfType(string? type)
        => type is not null && type.StartsWith("urn:a2aconsole:", StringComparison.Ordinal) ? type[(type.LastIndexOf(':') + 1)..] : null;

    public static string? Text(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
