using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// The hashing of RFC 6962 §2.1 (RFC 9162 §2.1.1): leaves and nodes are told apart by a prefix byte, so a node can never
/// pass for a leaf. Allocates nothing; safe from any thread.
/// </summary>
public static class MerkleHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const int StackLimit = 1024;

    /// <summary>The root of the tree without leaves: SHA-256 of nothing.</summary>
    public static ReadOnlySpan<byte> EmptyRoot =>
    [
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
        0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ];

    /// <summary>Reads a hash from its canonical base64.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? hash)
        => StrictBase64.TryDecode(text, out hash) && hash.Length == Size;

    /// <summary>SHA-256(0x00 ‖ leaf) into <paramref name="destination"/> (32 bytes).</summary>
    public static void Leaf(ReadOnlySpan<byte> leaf, Span<byte> destination)
    {
        var sha256 = Sha256.Context;
        if (leaf.Length < StackLimit)
        {
            // One call into native code instead of two.
            Span<byte> prefixed = stackalloc byte[StackLimit];
            prefixed[0] = LeafPrefix;
            leaf.CopyTo(prefixed[1..]);
            sha256.AppendData(prefixed[..(leaf.Length + 1)]);
        }
        else
        {
            sha256.AppendData([LeafPrefix]);
            sha256.AppendData(leaf);
        }
        sha256.GetHashAndReset(destination);
    }

    /// <summary>SHA-256(0x00 ‖ leaf), 32 bytes.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> leaf)
    {
        var hash = new byte[Size];
        Leaf(leaf, hash);
        return hash;
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right) into <paramref name="destination"/>, which may be one of the two.</summary>
    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> destination)
    {
        Span<byte> node = stackalloc byte[1 + 2 * Size];
        node[0] = NodePrefix;
        left[..Size].CopyTo(node[1..]);
        right[..Size].CopyTo(node[(1 + Size)..]);
        var sha256 = Sha256.Context;
        sha256.AppendData(node);
        sha256.GetHashAndReset(destination);
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right), 32 bytes.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[Size];
        Node(left, right, hash);
        return hash;
    }

    /// <summary>
    /// The root over leaf hashes that lie one after the other (32 bytes each): of a signed batch, or of a tile, whose
    /// hashes are hashed like leaf hashes.
    /// </summary>
    public static void Root(ReadOnlySpan<byte> hashes, Span<byte> destination)
    {
        var count = hashes.Length / Size;
        if (hashes.Length % Size != 0)
            throw new ArgumentException("hashes are 32 bytes each", nameof(hashes));
        if (count == 0)
        {
            EmptyRoot.CopyTo(destination);
            return;
        }
        if (count == 1)
        {
            hashes.CopyTo(destination);
            return;
        }
        // Pairing level by level, the odd last one moving up as it is, gives RFC 6962's tree.
        var rented = ArrayPool<byte>.Shared.Rent((count + 1) / 2 * Size);
        try
        {
            var from = hashes;
            for (; count > 1; count = (count + 1) / 2)
            {
                for (var i = 0; i < count / 2; i++)
                    Node(from.Slice(2 * i * Size, Size), from.Slice((2 * i + 1) * Size, Size), rented.AsSpan(i * Size, Size));
                if (count % 2 != 0)
                    from.Slice((count - 1) * Size, Size).CopyTo(rented.AsSpan(count / 2 * Size));
                from = rented;
            }
            rented.AsSpan(0, Size).CopyTo(destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
