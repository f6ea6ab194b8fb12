using System.Buffers.Binary;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// The right edge of a tree at one size, immutable: the hashes of each level's incomplete tile. With the complete tiles it is
/// the whole tree, and alone it is enough to go on appending. Reads as a hash source for what lies in the incomplete tiles.
/// </summary>
public sealed class TreeEdge : IHashSource
{
    private readonly ReadOnlyMemory<byte>[] _tiles;
    private readonly TileHashes _hashes;

    private TreeEdge(long size, ReadOnlyMemory<byte> blob, ReadOnlyMemory<byte>[] tiles)
    {
        (Size, Blob, _tiles) = (size, blob, tiles);
        _hashes = new TileHashes(Tile);
    }

    /// <summary>The edge of the empty tree.</summary>
    public static TreeEdge Empty { get; } = new(0, default, []);

    /// <summary>Leaves in the tree.</summary>
    public long Size { get; }

    /// <summary>What is stored: for each level of tiles, lowest first, a 4-byte little-endian length and that many bytes of hashes.</summary>
    public ReadOnlyMemory<byte> Blob { get; }

    /// <summary>How many levels of tiles a tree of <paramref name="size"/> leaves has.</summary>
    public static int LevelsOf(long size)
    {
        var levels = 0;
        for (; size > 0; size >>= TilePath.Height)
            levels++;
        return levels;
    }

    /// <summary>Reads a stored edge. Throws <see cref="FormatException"/> when it does not fit the size.</summary>
    public static TreeEdge Parse(long size, ReadOnlyMemory<byte> blob)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var tiles = new ReadOnlyMemory<byte>[LevelsOf(size)];
        var rest = blob;
        for (var level = 0; level < tiles.Length; level++)
        {
            var expected = (int)(size >> (level * TilePath.Height) & (TilePath.FullWidth - 1)) * MerkleHash.Size;
            if (rest.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(rest.Span) != expected || rest.Length < sizeof(int) + expected)
                throw new FormatException($"the stored edge does not fit a tree of {size} leaves at level {level}");
            tiles[level] = rest.Slice(sizeof(int), expected);
            rest = rest[(sizeof(int) + expected)..];
        }
        return rest.IsEmpty ? new TreeEdge(size, blob, tiles) : throw new FormatException("the stored edge has bytes left over");
    }

    /// <summary>The hashes of a level's incomplete tile; empty when <paramref name="index"/> is not that tile's.</summary>
    public ReadOnlyMemory<byte> Tile(int level, long index)
        => level >= 0 && level < _tiles.Length && index == Size >> (level * TilePath.Height) >> TilePath.Height ? _tiles[level] : default;

    /// <summary>The root of the tree, 32 bytes.</summary>
    public byte[] Root() => MerkleProofs.Root(Size, this);

    /// <inheritdoc/>
    public void Read(TreeNode node, Span<byte> destination) => _hashes.Read(node, destination);
}
