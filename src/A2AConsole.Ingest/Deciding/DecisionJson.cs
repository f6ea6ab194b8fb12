using System.Text.Json;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Deciding;

namespace A2AConsole.Ingest.Deciding;

/// <summary>Writes what was decided about a message, for its sender.</summary>
internal static class DecisionJson
{
    /// <summary>The members of a receipt's <c>decision</c>.</summary>
    public static void Write(Utf8JsonWriter writer, MessageDecision decision)
    {
        writer.WriteStartObject();
        writer.WriteString("verdict"u8, WordOf(decision));
        if (decision.Code is { } code)
            writer.WriteString("code"u8, code);
        writer.WriteString("reason"u8, decision.Reason);
        WritePolicies(writer, decision.Policies);
        if (decision.Bundle is { } bundle)
            WriteBundle(writer, bundle.Version, bundle.Digest);
        if (decision.Leaf is { } leaf)
            writer.WriteNumber("leaf"u8, leaf);
        if (decision.HeldId is { } held)
            writer.WriteNumber("held"u8, held);
        if (decision.ExpiresAt is { } end)
            writer.WriteString("expiresAt"u8, UtcTime.Format(end));
        writer.WriteEndObject();
    }

    public static void WritePolicies(Utf8JsonWriter writer, IEnumerable<string> policies)
    {
        writer.WriteStartArray("policies"u8);
        foreach (var policy in policies)
            writer.WriteStringValue(policy);
        writer.WriteEndArray();
    }

    public static void WriteBundle(Utf8JsonWriter writer, string version, string digest)
    {
        writer.WriteStartObject("bundle"u8);
        writer.WriteString("version"u8, version);
        writer.WriteString("digest"u8, digest);
        writer.WriteEndObject();
    }

    // A verdict for a person or a machine that could not be held is a denial to whoever sent it.
    private static string WordOf(MessageDecision decision) => VerdictNames.Of(decision.Verdict switch
    {
        MessageVerdict.Allow => PolicyVerdict.Allow,
        MessageVerdict.Hold => decision.Policy ?? PolicyVerdict.Human,
        _ => PolicyVerdict.Deny,
    });
}
