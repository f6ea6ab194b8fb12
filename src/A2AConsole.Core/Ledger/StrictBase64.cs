using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// Standard base64 (RFC 4648 §4) in its one canonical spelling: padded, no white space, no stray bits. What is signed or
/// compared as text must not have two spellings.
/// </summary>
internal static class StrictBase64
{
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 != 0)
            return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, buffer, out var written))
            return false;
        var decoded = buffer.AsSpan(0, written).ToArray();
        if (!text.SequenceEqual(Convert.ToBase64String(decoded)))
            return false;
        bytes = decoded;
        return true;
    }

    public static bool TryDecodeHash(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? hash)
        => TryDecode(text, out hash) && hash.Length == MerkleHash.Size;
}
