using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Json;
using A2AConsole.Policy.Limits;

namespace A2AConsole.Policy.Replay;

/// <summary>
/// A decision with everything that it was made of, as one line of JSON: <c>{id, at, principal, action, resource, context, entities, verdict, policies, bundle,
/// money?}</c>, values as in the policy engine's JSON. What a draft would have decided can be told from it.
/// </summary>
/// <param name="Id">The message's id.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Determining">The policies that decided.</param>
/// <param name="BundleDigest">Of the bundle that decided.</param>
/// <param name="Money">What the message would commit.</param>
public sealed record RecordedDecision(
    string Id, DateTimeOffset At, DecisionRequest Request, PolicyVerdict Verdict, IReadOnlyList<string> Determining, string BundleDigest, Money? Money)
{
    private static readonly RequestLimits Limits = new(Bytes: 1 << 20);

    /// <summary>The line, without its end.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var values = new ValueWriter(writer, Limits, supposed: null);
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("at", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        values.Uid("principal", Request.Principal);
        values.Uid("action", Request.Action);
        values.Uid("resource", Request.Resource);
        writer.WritePropertyName("context");
        values.Record(Request.Context.Members);
        writer.WriteStartArray("entities");
        foreach (var entity in Request.Entities)
            RequestEncoder.WriteEntity(entity, values, writer);
        writer.WriteEndArray();
        writer.WriteString("verdict", VerdictNames.Of(Verdict));
        writer.WriteStartArray("policies");
        foreach (var policy in Determining)
            writer.WriteStringValue(policy);
        writer.WriteEndArray();
        writer.WriteString("bundle", BundleDigest);
        if (Money is { } money)
        {
            writer.WriteStartObject("money");
            writer.WriteString("amount", money.Amount);
            writer.WriteString("currency", money.Currency);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line. Throws <see cref="FormatException"/> saying what is wrong with it.</summary>
    public static RecordedDecision Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var root = JsonNodeAt.Parse(line).Expect(JsonValueKind.Object, "a recorded decision")
                .Only("id", "at", "principal", "action", "resource", "context", "entities", "verdict", "policies", "bundle", "money");
            var request = new DecisionRequest(Uid(root, "principal"), Uid(root, "action"), Uid(root, "resource"), PolicyValueReader.Fields(root.Member("context", JsonValueKind.Object)),
                [.. root.Member("entities", JsonValueKind.Array).Items.Select(PolicyValueReader.Entity)]);
            var at = root.Member("at", JsonValueKind.String);
            var verdict = root.Member("verdict", JsonValueKind.String);
            return new RecordedDecision(root.String("id"),
                DateTimeOffset.TryParse(at.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : throw at.Fault("'at' is no moment"), request,
                VerdictNames.Parse(verdict.Text) ?? throw verdict.Fault("'verdict' is allow, verify, human or deny"),
                [.. root.Member("policies", JsonValueKind.Array).Items.Select(i => i.Expect(JsonValueKind.String, "a policy's id").Text)], root.String("bundle"),
                root.Optional("money", JsonValueKind.Object) is { } money ? new Money(money.Only("amount", "currency").String("amount"), money.String("currency")) : null);
        }
        catch (JsonFaultException e)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"at byte {e.Offset}: {e.Message}"), e);
        }
    }

    private static EntityUid Uid(JsonNodeAt node, string member) => PolicyValueReader.Uid(node.Members.GetValueOrDefault(member) ?? throw node.Fault($"'{member}' is missing"));
}
