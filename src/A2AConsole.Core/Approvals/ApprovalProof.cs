using System.Text.Json;
using System.Text.Json.Nodes;

namespace A2AConsole.Core.Approvals;

/// <summary>
/// A person's signed decision in a file: <c>{"form": "a2aconsole.approval-proof/v1", "record": base64, "assertion": {…}, "leaf": number}</c>. Everything in it can be verified without us but whose
/// passkey it is: that stands on the ledger, in the leaf that enrolled it, under the key's SHA-256.
/// </summary>
/// <param name="Record">The decision, as it was signed.</param>
/// <param name="RecordBytes">Its bytes.</param>
/// <param name="Assertion">The passkey's signature.</param>
/// <param name="Leaf">The ledger leaf that recorded it.</param>
public sealed record ApprovalProof(DecisionRecord Record, byte[] RecordBytes, PasskeyAssertion Assertion, long? Leaf)
{
    /// <summary>The form's name.</summary>
    public const string Form = "a2aconsole.approval-proof/v1";

    /// <summary>The file.</summary>
    public static byte[] Write(byte[] record, byte[] assertion, long leaf)
        => JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["form"] = Form, ["record"] = Convert.ToBase64String(record), ["assertion"] = JsonNode.Parse(assertion), ["leaf"] = leaf });

    /// <summary>Reads a file; null, and why, when it is none.</summary>
    public static ApprovalProof? Read(ReadOnlySpan<byte> json, out string? error)
    {
        error = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("form", out var form) || form.ValueKind != JsonValueKind.String || form.GetString() != Form)
            {
                error = $"it is no approval proof of the form {Form}";
                return null;
            }
            var bytes = root.GetProperty("record").GetBytesFromBase64();
            if (DecisionRecord.Read(bytes, out error) is not { } record
                || PasskeyAssertion.Read(System.Text.Encoding.UTF8.GetBytes(root.GetProperty("assertion").GetRawText()), out error) is not { } assertion)
                return null;
            return new ApprovalProof(record, bytes, assertion, root.TryGetProperty("leaf", out var leaf) && leaf.ValueKind == JsonValueKind.Number ? leaf.GetInt64() : null);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            error = "it is no approval proof: " + e.Message;
            return null;
        }
    }

    /// <summary>
    /// Null when the decision approves this message for whoever is about to act on it: signed, of this digest and action, within its limit and time. Else the first thing that does not hold.
    /// </summary>
    /// <param name="digest">SHA-256 of the signed message, lower-case hex.</param>
    /// <param name="action">The policy action; null: whatever it says.</param>
    /// <param name="cost">What the message commits, in the smallest unit of the record's limit currency; null: not compared.</param>
    /// <param name="now">The time.</param>
    public ApprovalRefusal? Check(string digest, string? action, long? cost, DateTimeOffset now)
    {
        if (Assertion.Check(RecordBytes) is { } refusal)
            return refusal;
        if (Record.Choice is not ("approve" or "approve-limited"))
            return new("approval-not-given", $"The decision is '{Record.Choice}', not an approval.");
        if (Record.Digest != digest)
            return new("approval-digest", "The approval is for another message: the digests differ.");
        if (action is not null && Record.Action != action)
            return new("approval-action", $"The approval is for {Record.Action}, not for {action}.");
        if (cost > Record.Limit)
            return new("approval-limit", "The message commits more than was approved.");
        return now >= Record.ExpiresAt ? new("approval-expired", $"The approval ended at {Record.ExpiresAt.UtcDateTime:u}.") : null;
    }
}
