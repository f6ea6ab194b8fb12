namespace A2AConsole.Core.Ledger;

/// <summary>
/// The hashes of complete subtrees, read from tiles. Tiles are asked for by level and index; <paramref name="tile"/> returns
/// what it has of it (a whole number of 32-byte hashes; more than is needed is fine), empty when it has nothing.
/// </summary>
/// <example>
/// Fetching first, then proving: <c>TileHashes.Needed(MerkleProofs.InclusionNodes(i, size), size)</c> names the tiles.
/// </example>
public sealed class TileHashes(Func<int, long, ReadOnlyMemory<byte>> tile) : IHashSource
{
    /// <summary>The distinct tiles, with their widths in a tree of <paramref name="size"/> leaves, that hold the nodes' hashes.</summary>
    public static IReadOnlyList<TilePath> Needed(IEnumerable<TreeNode> nodes, long size)
        => [.. nodes.Select(n => TilePath.Holding(n, size)).Distinct()];

    /// <inheritdoc/>
    public void Read(TreeNode node, Span<byte> destination)
    {
        if (node.Level < 0 || node.Index < 0)
            throw new ArgumentOutOfRangeException(nameof(node));
        var within = node.Level % TilePath.Height;
        var level = node.Level / TilePath.Height;
        var first = node.Index << within;
        var hashes = tile(level, first / TilePath.FullWidth).Span;
        var start = (int)(first % TilePath.FullWidth) * MerkleHash.Size;
        var length = MerkleHash.Size << within;
        if (hashes.Length < start + length)
            throw new KeyNotFoundException($"tile {level}/{first / TilePath.FullWidth} does not hold the hash of {node}");
        MerkleHash.Root(hashes.Slice(start, length), destination);
    }
}
