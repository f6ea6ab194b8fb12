using A2AConsole.Core.Ledger;
using A2AConsole.Data.Writing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace A2AConsole.Data.Reading;

/// <summary>The tree's hashes: complete tiles from the database, the most used kept in memory; the right edge from the writer.</summary>
internal sealed class TileReader(LedgerWriter writer, IDbContextFactory<ConsoleDbContext> contexts) : IDisposable
{
    /// <summary>Tiles kept: 8 KB each.</summary>
    private const int CachedTiles = 2048;

    private readonly MemoryCache _tiles = new(new MemoryCacheOptions { SizeLimit = CachedTiles });

    /// <summary>Computes from the hashes of the nodes that <paramref name="nodes"/> names; size is checked against the head.</summary>
    public async Task<T> ComputeAsync<T>(long size, Func<IReadOnlyList<TreeNode>> nodes, Func<IHashSource, T> compute, CancellationToken cancellationToken)
    {
        var edge = writer.Current.Edge;
        if (size < 0 || size > edge.Size)
            throw new ArgumentOutOfRangeException(nameof(size), $"the ledger has {edge.Size} leaves");
        var held = new Dictionary<(int, long), ReadOnlyMemory<byte>>();
        foreach (var path in TileHashes.Needed(nodes(), edge.Size))
            held[(path.Level, path.Index)] = await LoadAsync(edge, path.Level, path.Index, cancellationToken);
        return compute(new TileHashes((level, index) => held.GetValueOrDefault((level, index))));
    }

    /// <summary>The first <paramref name="width"/> hashes of a tile, or null when the tree does not have them.</summary>
    public async Task<byte[]?> TileAsync(int level, long index, int width, CancellationToken cancellationToken)
    {
        var edge = writer.Current.Edge;
        if (level < 0 || index < 0 || width is < 1 or > TilePath.FullWidth || TilePath.WidthAt(level, index, edge.Size) < width)
            return null;
        var hashes = await LoadAsync(edge, level, index, cancellationToken);
        return hashes[..(width * MerkleHash.Size)].ToArray();
    }

    public void Dispose() => _tiles.Dispose();

    private async ValueTask<ReadOnlyMemory<byte>> LoadAsync(TreeEdge edge, int level, long index, CancellationToken cancellationToken)
    {
        var onEdge = edge.Tile(level, index);
        if (!onEdge.IsEmpty)
            return onEdge;
        if (_tiles.TryGetValue((level, index), out byte[]? hashes))
            return hashes;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        hashes = await context.LedgerTiles.Where(t => t.Level == level && t.Index == index).Select(t => t.Hashes).SingleAsync(cancellationToken);
        _tiles.Set((level, index), hashes, new MemoryCacheEntryOptions { Size = 1 });
        return hashes;
    }
}
