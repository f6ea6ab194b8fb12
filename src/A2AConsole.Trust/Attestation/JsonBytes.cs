using System.Text.Json;

namespace A2AConsole.Trust.Attestation;

/// <summary>Bytes in a stranger's JSON: base64 (RFC 4648 §4), of bounded length.</summary>
internal static class JsonBytes
{
    /// <summary>A member's bytes; null when it is missing, not base64, or longer than <paramref name="maxSize"/> bytes.</summary>
    public static byte[]? Member(JsonElement json, string name, int maxSize)
    {
        try
        {
            return json.TryGetProperty(name, out var member) ? Of(member, maxSize) : null;
        }
        catch (InvalidOperationException)
        {
            // Another member's name holds half of a surrogate pair.
            return null;
        }
    }

    /// <summary>A value's bytes; null when it is not base64 or longer than <paramref name="maxSize"/> bytes.</summary>
    public static byte[]? Of(JsonElement value, int maxSize)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.TryGetBytesFromBase64(out var bytes) && bytes.Length <= maxSize ? bytes : null;
        }
        catch (InvalidOperationException)
        {
            // The text holds half of a surrogate pair.
            return null;
        }
    }
}
