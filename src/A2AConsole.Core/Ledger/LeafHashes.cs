namespace A2AConsole.Core.Ledger;

/// <summary>A small tree wholly in memory, for a signed batch: its root and each leaf's inclusion path.</summary>
public sealed class LeafHashes : IHashSource
{
    private readonly List<byte[]> _levels = [];

    /// <summary>Takes leaf hashes that lie one after the other, 32 bytes each.</summary>
    public LeafHashes(ReadOnlySpan<byte> hashes)
    {
        if (hashes.Length % MerkleHash.Size != 0)
            throw new ArgumentException("hashes are 32 bytes each", nameof(hashes));
        Count = hashes.Length / MerkleHash.Size;
        _levels.Add(hashes.ToArray());
        for (var count = Count / 2; count > 0; count /= 2)
        {
            var below = _levels[^1];
            var level = new byte[count * MerkleHash.Size];
            for (var i = 0; i < count; i++)
                MerkleHash.Node(Slice(below, 2 * i), Slice(below, 2 * i + 1), level.AsSpan(i * MerkleHash.Size, MerkleHash.Size));
            _levels.Add(level);
        }
    }

    /// <summary>Hashes the leaves and takes their hashes.</summary>
    public static LeafHashes Of(IReadOnlyList<ReadOnlyMemory<byte>> leaves)
    {
        var hashes = new byte[leaves.Count * MerkleHash.Size];
        for (var i = 0; i < leaves.Count; i++)
            MerkleHash.Leaf(leaves[i].Span, hashes.AsSpan(i * MerkleHash.Size, MerkleHash.Size));
        return new LeafHashes(hashes);
    }

    /// <summary>How many leaves.</summary>
    public int Count { get; }

    /// <summary>The root over all leaves, 32 bytes.</summary>
    public byte[] Root() => MerkleProofs.Root(Count, this);

    /// <summary>The inclusion path of a leaf, leaf's sibling first.</summary>
    public IReadOnlyList<byte[]> Path(int index) => MerkleProofs.Inclusion(index, Count, this);

    /// <inheritdoc/>
    public void Read(TreeNode node, Span<byte> destination)
    {
        if (node.Level >= _levels.Count || node.Index < 0 || (node.Index + 1) * MerkleHash.Size > _levels[node.Level].Length)
            throw new KeyNotFoundException($"no complete subtree {node} over {Count} leaves");
        Slice(_levels[node.Level], (int)node.Index).CopyTo(destination);
    }

    private static ReadOnlySpan<byte> Slice(byte[] hashes, int index) => hashes.AsSpan(index * MerkleHash.Size, MerkleHash.Size);
}
