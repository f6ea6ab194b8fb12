using System.Security.Cryptography;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Tests.Ledger;

/// <summary>RFC 6962 §2.1 word for word, with nothing shared with what it judges.</summary>
internal static class Naive
{
    public static byte[] Leaf(byte[] data) => SHA256.HashData([0, .. data]);

    public static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0)
            return SHA256.HashData([]);
        if (leaves.Length == 1)
            return Leaf(leaves[0]);
        var k = Split(leaves.Length);
        return SHA256.HashData([1, .. Root(leaves[..k]), .. Root(leaves[k..])]);
    }

    public static List<byte[]> Path(int m, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
            return [];
        var k = Split(leaves.Length);
        return m < k ? [.. Path(m, leaves[..k]), Root(leaves[k..])] : [.. Path(m - k, leaves[k..]), Root(leaves[..k])];
    }

    public static List<byte[]> Proof(int m, ReadOnlySpan<byte[]> leaves) => SubProof(m, leaves, true);

    private static List<byte[]> SubProof(int m, ReadOnlySpan<byte[]> leaves, bool whole)
    {
        if (m == leaves.Length)
            return whole ? [] : [Root(leaves)];
        var k = Split(leaves.Length);
        return m <= k ? [.. SubProof(m, leaves[..k], whole), Root(leaves[k..])] : [.. SubProof(m - k, leaves[k..], false), Root(leaves[..k])];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n)
            k *= 2;
        return k;
    }

    /// <summary>Distinct leaves, short enough to be quick.</summary>
    public static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => BitConverter.GetBytes(i * 2654435761L))];
}

/// <summary>A ledger as Data keeps it: the writer's tree and the tiles that it completed.</summary>
internal sealed class KeptTree
{
    private readonly Dictionary<(int, long), ReadOnlyMemory<byte>> _tiles = [];

    public LedgerTree Tree { get; private set; } = new();

    public TreeEdge Edge => Tree.Edge();

    public IHashSource Source()
    {
        var edge = Edge;
        return new TileHashes((level, index) => edge.Tile(level, index) is { IsEmpty: false } tile ? tile : _tiles.GetValueOrDefault((level, index)));
    }

    public void Append(IEnumerable<byte[]> leaves)
    {
        Tree.Begin();
        foreach (var leaf in leaves)
            Tree.Append(MerkleHash.Leaf(leaf));
        foreach (var tile in Tree.Completed)
            _tiles.Add((tile.Level, tile.Index), tile.Hashes);
        Tree.Commit();
    }

    public void Reload() => Tree = new LedgerTree(TreeEdge.Parse(Tree.Size, Tree.Edge().Blob));

    public ReadOnlyMemory<byte> Tile(int level, long index) => _tiles[(level, index)];
}
