using System.Numerics;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Envelopes;

/// <summary>The RFC 6962 tree over a batch's events, kept level by level so that every event's path can be read off.</summary>
public sealed class BatchRoot
{
    private readonly byte[][] _levels;

    /// <summary>Builds the tree over leaf hashes (<see cref="MerkleHash.Leaf(ReadOnlySpan{byte})"/>), 32 bytes each, one after the other; at least one.</summary>
    public BatchRoot(ReadOnlySpan<byte> leafHashes)
    {
        Size = leafHashes.Length / MerkleHash.Size;
        if (Size == 0 || leafHashes.Length % MerkleHash.Size != 0)
            throw new ArgumentException("at least one hash of 32 bytes is needed", nameof(leafHashes));
        _levels = new byte[BitOperations.Log2((uint)Math.Max(1, 2 * Size - 1)) + 1][];
        _levels[0] = leafHashes.ToArray();
        var count = Size;
        for (var level = 1; level < _levels.Length; level++)
        {
            var below = _levels[level - 1];
            var nodes = new byte[(count + 1) / 2 * MerkleHash.Size];
            for (var i = 0; i < count / 2; i++)
                MerkleHash.Node(Hash(below, 2 * i), Hash(below, 2 * i + 1), nodes.AsSpan(i * MerkleHash.Size, MerkleHash.Size));
            // The odd last one moves up as it is: that is RFC 6962's tree.
            if (count % 2 != 0)
                Hash(below, count - 1).CopyTo(nodes.AsSpan(count / 2 * MerkleHash.Size));
            _levels[level] = nodes;
            count = (count + 1) / 2;
        }
    }

    /// <summary>How many events the tree has.</summary>
    public int Size { get; }

    /// <summary>The root, 32 bytes: what is signed.</summary>
    public ReadOnlyMemory<byte> Root => _levels[^1];

    /// <summary>The inclusion path of an event: 32-byte hashes one after the other, the leaf's sibling first.</summary>
    public byte[] PathOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
        Span<byte> path = stackalloc byte[32 * MerkleHash.Size];
        var length = 0;
        for (var level = 0; level < _levels.Length - 1; level++, index >>= 1)
        {
            var sibling = index ^ 1;
            if (sibling * MerkleHash.Size >= _levels[level].Length)
                continue;
            Hash(_levels[level], sibling).CopyTo(path[length..]);
            length += MerkleHash.Size;
        }
        return path[..length].ToArray();
    }

    private static ReadOnlySpan<byte> Hash(byte[] hashes, int index) => hashes.AsSpan(index * MerkleHash.Size, MerkleHash.Size);
}
