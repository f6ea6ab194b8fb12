using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Writing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Reading;

/// <summary>Reads beside the writer, on connections of its own: each sees the newest commit and is never in its way.</summary>
internal sealed class LedgerReader(LedgerWriter writer, TileReader tiles, INoteSigner signer, IDbContextFactory<ConsoleDbContext> contexts) : ILedgerReader
{
    private const int MaxLeaves = 10_000;

    public async Task<byte[]?> LeafAsync(long index, CancellationToken cancellationToken = default)
    {
        if (index < 0 || index >= writer.Head.Size)
            return null;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var block = await LedgerBlocks.Holding(context, index).SingleAsync(cancellationToken);
        return EntryBundle.Parse(block.Leaves)[(int)(index - block.FirstLeaf)].ToArray();
    }

    public async Task<IReadOnlyList<byte[]>> LeavesAsync(long from, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxLeaves);
        var to = Math.Min(from + count, writer.Head.Size);
        var leaves = new List<byte[]>();
        if (from >= to)
            return leaves;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var start = await LedgerBlocks.StartOfAsync(context, from, cancellationToken);
        await foreach (var block in LedgerBlocks.Range(context, start, to).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var bundle = EntryBundle.Parse(block.Leaves);
            for (var i = 0; i < bundle.Count; i++)
                if (block.FirstLeaf + i >= from && block.FirstLeaf + i < to)
                    leaves.Add(bundle[i].ToArray());
        }
        return leaves;
    }

    public Task<IReadOnlyList<byte[]>> InclusionAsync(long index, long size, CancellationToken cancellationToken = default)
        => tiles.ComputeAsync(size, () => MerkleProofs.InclusionNodes(index, size), hashes => MerkleProofs.Inclusion(index, size, hashes), cancellationToken);

    public Task<IReadOnlyList<byte[]>> ConsistencyAsync(long from, long to, CancellationToken cancellationToken = default)
        => tiles.ComputeAsync(to, () => MerkleProofs.ConsistencyNodes(from, to), hashes => MerkleProofs.Consistency(from, to, hashes), cancellationToken);

    public Task<byte[]> RootAsync(long size, CancellationToken cancellationToken = default)
        => tiles.ComputeAsync(size, () => MerkleProofs.RootNodes(size), hashes => MerkleProofs.Root(size, hashes), cancellationToken);

    public async Task<string> CheckpointAsync(long size, CancellationToken cancellationToken = default)
    {
        var head = writer.Head;
        return size == head.Size ? head.Checkpoint : Checkpoint.Sign(size, await RootAsync(size, cancellationToken), signer);
    }

    public Task<byte[]?> TileAsync(int level, long index, int width, CancellationToken cancellationToken = default)
        => tiles.TileAsync(level, index, width, cancellationToken);

    public async Task<StoredEvent?> EventAsync(long leafIndex, CancellationToken cancellationToken = default)
    {
        if (leafIndex < 0 || leafIndex >= writer.Head.Size)
            return null;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var block = await LedgerBlocks.Holding(context, leafIndex).Select(b => new { b.FirstLeaf, b.Content }).SingleAsync(cancellationToken);
        if (block.Content == BlockContent.Admitted)
        {
            var payload = await context.EventPayloads.Where(p => p.FirstLeaf == block.FirstLeaf)
                .Select(p => new { p.Events, p.BatchEnvelope }).SingleOrDefaultAsync(cancellationToken);
            return payload is null ? null : PayloadEncoding.Read(payload.Events, payload.BatchEnvelope, (int)(leafIndex - block.FirstLeaf));
        }
        var bytes = await context.QuarantineItems.Where(q => q.Id == leafIndex).Select(q => q.Bytes).SingleOrDefaultAsync(cancellationToken);
        return bytes is null ? null : new StoredEvent(bytes, default, 0, default);
    }

    public async Task<EventPage> EventsAsync(EventFilter filter, long? before, int take, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(take);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await EventScan.PageAsync(context, filter, Math.Min(before ?? long.MaxValue, writer.Head.Size), take, cancellationToken);
    }

    public async Task<int> CountNewerAsync(EventFilter filter, long from, int max, CancellationToken cancellationToken = default)
    {
        var head = writer.Head.Size;
        if (from >= head || max <= 0)
            return 0;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await EventScan.CountAsync(context, filter, Math.Max(0, from), head, max, cancellationToken);
    }

    public async Task<IReadOnlyList<long>> FindAsync(string messageIdOrDigest, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = new SortedSet<long>();
        var (messageId, digest) = LookupKeys.Needles(messageIdOrDigest);
        foreach (var key in LookupKeys.Of(messageIdOrDigest))
        {
            var bucket = LookupKeys.Bucket(key);
            await foreach (var row in context.LookupBuckets.AsNoTracking().Where(b => b.Bucket == bucket).AsAsyncEnumerable().WithCancellation(cancellationToken))
                foreach (var offset in LookupKeys.Find(row.Entries, key))
                    found.Add(row.Segment * LookupKeys.SegmentLeaves + offset);
        }
        foreach (var candidate in found.ToList())
            if (await LeafAsync(candidate, cancellationToken) is not { } leaf || leaf.AsSpan().IndexOf(messageId) < 0 && leaf.AsSpan().IndexOf(digest) < 0)
                found.Remove(candidate);

        // What is not in a segment yet is scanned: at most a segment's worth while the builder keeps up.
        var tail = await LedgerBlocks.BuiltSegmentsAsync(context, cancellationToken) * LookupKeys.SegmentLeaves;
        await foreach (var block in LedgerBlocks.Range(context, await LedgerBlocks.StartOfAsync(context, tail, cancellationToken), long.MaxValue)
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (block.Leaves.AsSpan().IndexOf(messageId) < 0 && block.Leaves.AsSpan().IndexOf(digest) < 0)
                continue;
            var leaves = EntryBundle.Parse(block.Leaves);
            for (var i = 0; i < leaves.Count; i++)
                if (leaves[i].Span.IndexOf(messageId) >= 0 || leaves[i].Span.IndexOf(digest) >= 0)
                    found.Add(block.FirstLeaf + i);
        }
        return [.. found];
    }
}
