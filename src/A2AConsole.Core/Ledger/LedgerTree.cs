using System.Buffers.Binary;
using System.Numerics;

namespace A2AConsole.Core.Ledger;

/// <summary>A complete tile, ready to be kept: 256 × 32 bytes that nobody changes any more.</summary>
public readonly record struct CompletedTile(int Level, long Index, ReadOnlyMemory<byte> Hashes);

/// <summary>
/// The ledger writer's tree: appends leaf hashes, gives roots, completes tiles. It holds the right edge only (at most 8 KB a
/// level of tiles), whatever the size. A group of appends is begun, then committed or rolled back; both are cheap. One thread.
/// </summary>
public sealed class LedgerTree
{
    private const int MaxLevels = 7;
    private const int TreeLevels = MaxLevels * TilePath.Height;

    // The complete subtrees that make the tree up, one for each set bit of the size, at its tree level's slot.
    private readonly byte[] _subtrees = new byte[TreeLevels * MerkleHash.Size];
    private readonly byte[]?[] _tiles = new byte[]?[MaxLevels];
    private readonly List<CompletedTile> _completed = [];

    private readonly byte[] _savedSubtrees = new byte[TreeLevels * MerkleHash.Size];
    private readonly byte[]?[] _savedTiles = new byte[]?[MaxLevels];
    private long _savedSize = -1;

    /// <summary>An empty tree.</summary>
    public LedgerTree()
    {
    }

    /// <summary>Goes on where a stored edge ended.</summary>
    public LedgerTree(TreeEdge edge)
    {
        if (edge.Size >> TreeLevels != 0)
            throw new ArgumentOutOfRangeException(nameof(edge), "the tree is larger than this ledger can grow");
        Size = edge.Size;
        for (var level = 0; level < TreeEdge.LevelsOf(edge.Size); level++)
            edge.Tile(level, TileIndex(level)).Span.CopyTo(Tile(level));
        for (var level = 0; level < TreeLevels; level++)
            if ((Size >> level & 1) != 0)
                edge.Read(new TreeNode(level, (Size >> level) - 1), Subtree(level));
    }

    /// <summary>Leaves in the tree, those of an open group included.</summary>
    public long Size { get; private set; }

    /// <summary>The tiles that became complete since the group began; cleared when it ends.</summary>
    public IReadOnlyList<CompletedTile> Completed => _completed;

    /// <summary>Begins a group of appends. Throws when one is open.</summary>
    public void Begin()
    {
        if (_savedSize >= 0)
            throw new InvalidOperationException("a group of appends is open already");
        _savedSize = Size;
        _subtrees.AsSpan().CopyTo(_savedSubtrees);
        _tiles.CopyTo(_savedTiles, 0);
        _completed.Clear();
    }

    /// <summary>Keeps the open group.</summary>
    public void Commit()
    {
        EndGroup();
        _completed.Clear();
    }

    /// <summary>Drops the open group: the tree is as it was when it began. Tiles handed out by it are void.</summary>
    public void Rollback()
    {
        var savedSize = EndGroup();
        _savedSubtrees.AsSpan().CopyTo(_subtrees);
        for (var level = 0; level < MaxLevels; level++)
        {
            // A tile that was completed may be held elsewhere: take a copy to write on, never the one handed out.
            var handedOut = _savedTiles[level] != _tiles[level] && _savedTiles[level] is not null;
            _tiles[level] = handedOut ? (byte[])_savedTiles[level]!.Clone() : _savedTiles[level] ?? _tiles[level];
        }
        Size = savedSize;
        _completed.Clear();
    }

    /// <summary>Appends a leaf's hash (32 bytes) within an open group; returns its index.</summary>
    public long Append(ReadOnlySpan<byte> leafHash)
    {
        if (_savedSize < 0)
            throw new InvalidOperationException("begin a group of appends first");
        if (leafHash.Length != MerkleHash.Size)
            throw new ArgumentException("a leaf hash is 32 bytes", nameof(leafHash));
        var index = Size;
        Span<byte> hash = stackalloc byte[MerkleHash.Size];
        leafHash.CopyTo(hash);
        Note(0, hash);
        var joins = BitOperations.TrailingZeroCount(~index);
        for (var level = 0; level < joins; level++)
        {
            MerkleHash.Node(Subtree(level), hash, hash);
            if ((level + 1) % TilePath.Height == 0)
                Note((level + 1) / TilePath.Height, hash);
        }
        hash.CopyTo(Subtree(joins));
        Size = index + 1;
        return index;
    }

    /// <summary>The root at the current size into <paramref name="destination"/> (32 bytes).</summary>
    public void Root(Span<byte> destination)
    {
        if (Size == 0)
        {
            MerkleHash.EmptyRoot.CopyTo(destination);
            return;
        }
        var level = BitOperations.TrailingZeroCount(Size);
        Subtree(level).CopyTo(destination);
        for (level++; Size >> level != 0; level++)
            if ((Size >> level & 1) != 0)
                MerkleHash.Node(Subtree(level), destination, destination);
    }

    /// <summary>The root at the current size, 32 bytes.</summary>
    public byte[] Root()
    {
        var root = new byte[MerkleHash.Size];
        Root(root);
        return root;
    }

    /// <summary>An immutable copy of the right edge: what to store, and what readers prove from.</summary>
    public TreeEdge Edge()
    {
        var levels = TreeEdge.LevelsOf(Size);
        var length = 0;
        for (var level = 0; level < levels; level++)
            length += sizeof(int) + Width(level) * MerkleHash.Size;
        var blob = new byte[length];
        var rest = blob.AsSpan();
        for (var level = 0; level < levels; level++)
        {
            var bytes = Width(level) * MerkleHash.Size;
            BinaryPrimitives.WriteInt32LittleEndian(rest, bytes);
            Tile(level)[..bytes].CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + bytes)..];
        }
        return TreeEdge.Parse(Size, blob);
    }

    private long EndGroup()
    {
        var saved = _savedSize;
        if (saved < 0)
            throw new InvalidOperationException("no group of appends is open");
        _savedSize = -1;
        return saved;
    }

    /// <summary>Notes a hash of a level of tiles; <see cref="Size"/> is still the size before the leaf.</summary>
    private void Note(int level, ReadOnlySpan<byte> hash)
    {
        var width = Width(level);
        hash.CopyTo(Tile(level)[(width * MerkleHash.Size)..]);
        if (width + 1 < TilePath.FullWidth)
            return;
        _completed.Add(new CompletedTile(level, TileIndex(level), _tiles[level]));
        _tiles[level] = null;
    }

    private int Width(int level) => (int)(Size >> (level * TilePath.Height) & (TilePath.FullWidth - 1));

    private long TileIndex(int level) => Size >> (level * TilePath.Height) >> TilePath.Height;

    private Span<byte> Tile(int level) => _tiles[level] ??= new byte[TilePath.FullBytes];

    private Span<byte> Subtree(int level) => _subtrees.AsSpan(level * MerkleHash.Size, MerkleHash.Size);
}
