using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace A2AConsole.Core.Encodings;

/// <summary>
/// Base64 in its one canonical form (RFC 4648 §4): standard alphabet, padded, no white space, unused bits zero. Leniency
/// would let one message have many spellings; what is signed or compared as text must have one.
/// </summary>
internal static class StrictBase64
{
    /// <summary>How many bytes a well-formed text decodes to.</summary>
    public static int DecodedLength(ReadOnlySpan<byte> text)
        => text.Length < 4 ? 0 : text.Length / 4 * 3 - (text[^1] != '=' ? 0 : text[^2] != '=' ? 1 : 2);

    /// <summary>Decodes; null when it is canonical, else what is wrong.</summary>
    public static string? Decode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length % 4 != 0)
            return "its length is no multiple of four: padding with '=' is needed";
        if (text.IsEmpty)
            return null;
        var padding = text[^1] != '=' ? 0 : text[^2] != '=' ? 1 : 2;
        var expected = DecodedLength(text);
        // The decoder skips white space, which shows in the number of bytes.
        if (Base64.DecodeFromUtf8(text, destination, out var consumed, out written) != OperationStatus.Done || consumed != text.Length || written != expected)
            return "it has a character outside the standard alphabet (A–Z a–z 0–9 + /), such as white space or base64url's '-' and '_'";
        if (padding > 0)
        {
            // The last character carries bits that no byte takes up.
            Span<byte> canonical = stackalloc byte[4];
            Base64.EncodeToUtf8(destination[(written - (3 - padding))..written], canonical, out _, out _);
            if (!canonical.SequenceEqual(text[^4..]))
                return "its last character has unused bits set: it is not the canonical encoding";
        }
        return null;
    }

    /// <summary>Decodes a text; false when it is not canonical.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        // A character outside ASCII becomes a byte that base64 does not have.
        var ascii = new byte[text.Length];
        Encoding.ASCII.GetBytes(text, ascii);
        var decoded = new byte[DecodedLength(ascii)];
        bytes = Decode(ascii, decoded, out _) is null ? decoded : null;
        return bytes is not null;
    }
}
