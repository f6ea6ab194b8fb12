using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Core.Encodings;

/// <summary>Base64url in its one form (RFC 7515 §2): no padding, no white space, unused bits zero.</summary>
internal static class StrictBase64Url
{
    /// <summary>Decodes a text; false when it is not canonical.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!Base64Url.IsValid(text))
            return false;
        bytes = Base64Url.DecodeFromChars(text);
        // The decoder also takes padding, white space and unused bits that are set.
        if (string.Equals(Base64Url.EncodeToString(bytes), text, StringComparison.Ordinal))
            return true;
        bytes = null;
        return false;
    }
}
