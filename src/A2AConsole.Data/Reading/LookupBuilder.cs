using System.Buffers.Binary;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Writing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Data.Reading;

/// <summary>
/// Makes the lookup buckets of each segment once its last leaf is there, in the background. What is not built yet the reader
/// finds by scanning, so this may fall behind and may be stopped at any moment.
/// </summary>
internal sealed class LookupBuilder(LedgerWriter writer, IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time, ILogger<LookupBuilder> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private long _built = -1;

    /// <summary>Builds every segment that is complete and not there yet.</summary>
    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        if (_built < 0)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            _built = await LedgerBlocks.BuiltSegmentsAsync(context, cancellationToken);
        }
        for (; (_built + 1) * LookupKeys.SegmentLeaves <= writer.Head.Size; _built++)
        {
            var buckets = await SegmentAsync(_built, cancellationToken);
            await writer.UpkeepAsync(context => context.LookupBuckets.AddRange(buckets));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host starts this before it has started the writer.
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await BuildAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning(e, "Lookup segment {Segment} could not be built; the next try is in {Interval}", _built, Interval);
                    _built = -1;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<List<LookupBucket>> SegmentAsync(long segment, CancellationToken cancellationToken)
    {
        var first = segment * LookupKeys.SegmentLeaves;
        var entries = new List<(ulong Key, ushort Offset)>[LookupKeys.Buckets];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = [];
        var keys = new List<ulong>(2);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await foreach (var block in LedgerBlocks.Range(context, await LedgerBlocks.StartOfAsync(context, first, cancellationToken), first + LookupKeys.SegmentLeaves)
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var leaves = EntryBundle.Parse(block.Leaves);
            for (var i = 0; i < leaves.Count; i++)
            {
                var offset = block.FirstLeaf + i - first;
                if (offset is < 0 or >= LookupKeys.SegmentLeaves)
                    continue;
                keys.Clear();
                LookupKeys.Collect(leaves[i].Span, keys);
                foreach (var key in keys)
                    entries[LookupKeys.Bucket(key)].Add((key, (ushort)offset));
            }
        }
        return [.. entries.Select((bucket, i) => new LookupBucket { Segment = segment, Bucket = i, Entries = Pack(bucket) })];
    }

    private static byte[] Pack(List<(ulong Key, ushort Offset)> bucket)
    {
        bucket.Sort();
        var packed = new byte[bucket.Count * LookupKeys.EntryBytes];
        for (var i = 0; i < bucket.Count; i++)
        {
            var entry = packed.AsSpan(i * LookupKeys.EntryBytes);
            BinaryPrimitives.WriteUInt64BigEndian(entry, bucket[i].Key);
            BinaryPrimitives.WriteUInt16BigEndian(entry[sizeof(ulong)..], bucket[i].Offset);
        }
        return packed;
    }
}
