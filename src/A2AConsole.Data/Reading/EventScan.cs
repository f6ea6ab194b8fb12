using System.Diagnostics;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Reading;

/// <summary>Lists leaves newest first by walking blocks down from a bound, skipping those whose columns rule them out.</summary>
internal static class EventScan
{
    /// <summary>How long one page may take before it says where to go on. A page has to come within 50 ms.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(35);

    // The time is looked at after so many bytes, so that a slow machine still gets somewhere with each page.
    private const int BytesBetweenLooks = 1 << 20;

    /// <summary>A page of matches below <paramref name="below"/>.</summary>
    public static async Task<EventPage> PageAsync(ConsoleDbContext context, EventFilter filter, long below, int take, CancellationToken cancellationToken)
    {
        var rows = new List<EventRow>(take);
        if (await BoundsAsync(context, filter, 0, below, cancellationToken) is not { } bounds)
            return new EventPage(rows, null);
        var match = new EventMatch(filter);
        var clock = Stopwatch.StartNew();
        var unseen = 0;
        await foreach (var block in Blocks(context, filter, bounds).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            unseen += block.Leaves.Length;
            if (match.MayMatch(block.Leaves))
            {
                var leaves = EntryBundle.Parse(block.Leaves);
                for (var i = (int)Math.Min(leaves.Count, below - block.FirstLeaf) - 1; i >= 0; i--)
                {
                    if (match.Read(leaves[i].Span) is not { } leaf)
                        continue;
                    rows.Add(new EventRow(block.FirstLeaf + i, leaf));
                    if (rows.Count == take)
                        return new EventPage(rows, Next(block.FirstLeaf + i, bounds.From));
                }
            }
            if (unseen < BytesBetweenLooks)
                continue;
            unseen = 0;
            if (clock.Elapsed > Budget)
                return new EventPage(rows, Next(block.FirstLeaf, bounds.From));
        }
        return new EventPage(rows, null);
    }

    /// <summary>How many match in [<paramref name="from"/>, <paramref name="below"/>), counted up to <paramref name="max"/>.</summary>
    public static async Task<int> CountAsync(ConsoleDbContext context, EventFilter filter, long from, long below, int max, CancellationToken cancellationToken)
    {
        if (await BoundsAsync(context, filter, from, below, cancellationToken) is not { } bounds)
            return 0;
        var match = new EventMatch(filter);
        if (match.IsTrivial && filter is { From: null, To: null, IncludeRecords: false, Verdict: not LeafVerdict.Done })
            return await CountBlocksAsync(context, filter, bounds, from, below, max, cancellationToken);
        var count = 0;
        await foreach (var block in Blocks(context, filter, bounds).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var first = (int)Math.Max(0, from - block.FirstLeaf);
            var last = (int)Math.Min(block.Count, below - block.FirstLeaf);
            if (match.MayMatch(block.Leaves))
            {
                var leaves = EntryBundle.Parse(block.Leaves);
                for (var i = first; i < last; i++)
                    count += match.Read(leaves[i].Span) is null ? 0 : 1;
            }
            if (count >= max)
                return max;
        }
        return count;
    }

    // Where a block's columns decide for all its leaves, the leaves need not be read.
    private static async Task<int> CountBlocksAsync(ConsoleDbContext context, EventFilter filter, ScanBounds bounds, long from, long below, int max, CancellationToken cancellationToken)
    {
        long count = 0;
        await foreach (var block in Blocks(context, filter, bounds).Select(b => new { b.FirstLeaf, b.Count }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            count += Math.Max(0, Math.Min(block.Count, below - block.FirstLeaf) - Math.Max(0, from - block.FirstLeaf));
            if (count >= max)
                return max;
        }
        return (int)count;
    }

    /// <summary>The blocks that columns do not rule out, newest first.</summary>
    internal static IQueryable<LedgerBlock> Blocks(ConsoleDbContext context, EventFilter filter, ScanBounds bounds)
    {
        var (from, below, agent) = (bounds.From, bounds.Below, bounds.AgentNumber);
        var blocks = context.LedgerBlocks.AsNoTracking().Where(b => b.FirstLeaf >= from && b.FirstLeaf < below);
        if (agent is not null && filter.IncludeRecords)
            blocks = blocks.Where(b => b.AgentNumber == agent || b.Content == BlockContent.Record);
        else if (agent is not null)
            blocks = blocks.Where(b => b.AgentNumber == agent);
        if (filter.Verdict == LeafVerdict.Admitted)
            blocks = blocks.Where(b => b.Content == BlockContent.Admitted);
        else if (filter.Verdict is not null || filter.Code is not null)
            blocks = blocks.Where(b => b.Content != BlockContent.Admitted);
        if (!filter.IncludeRecords)
            blocks = blocks.Where(b => b.Content != BlockContent.Record);
        if (filter.From is { } start)
        {
            var milliseconds = start.ToUnixTimeMilliseconds();
            blocks = blocks.Where(b => b.RecordedAt >= milliseconds);
        }
        if (filter.To is { } end)
        {
            var milliseconds = end.ToUnixTimeMilliseconds() + 1;
            blocks = blocks.Where(b => b.RecordedAt < milliseconds);
        }
        return blocks.OrderByDescending(b => b.FirstLeaf);
    }

    private static async Task<ScanBounds?> BoundsAsync(ConsoleDbContext context, EventFilter filter, long from, long below, CancellationToken cancellationToken)
    {
        int? agentNumber = null;
        if (filter.Agent is { } agent)
        {
            agentNumber = await context.Agents.Where(a => a.SpiffeId == agent).Select(a => (int?)a.Number).FirstOrDefaultAsync(cancellationToken);
            if (agentNumber is null && !filter.IncludeRecords)
                return null;
            agentNumber ??= 0;
        }
        if (from > 0)
            from = await LedgerBlocks.StartOfAsync(context, from, cancellationToken);
        if (filter.From is not null || filter.To is not null)
        {
            var range = await Minutes(context, filter).SingleOrDefaultAsync(cancellationToken);
            if (range is null)
                return null;
            from = Math.Max(from, range.First);
            below = Math.Min(below, range.Last + 1);
        }
        return from < below ? new ScanBounds(from, below, agentNumber) : null;
    }

    /// <summary>The leaves that the minutes of a filter's time range span.</summary>
    internal static IQueryable<LeafSpan> Minutes(ConsoleDbContext context, EventFilter filter)
    {
        var first = Minute(filter.From ?? DateTimeOffset.UnixEpoch);
        var last = filter.To is { } to ? Minute(to) : int.MaxValue;
        return context.LedgerMinutes.Where(m => m.Minute >= first && m.Minute <= last)
            .GroupBy(_ => 1).Select(g => new LeafSpan(g.Min(m => m.FirstLeaf), g.Max(m => m.LastLeaf)));
    }

    private static int Minute(DateTimeOffset time) => (int)Math.Clamp(time.ToUnixTimeSeconds() / 60, 0, int.MaxValue);

    private static long? Next(long lowest, long from) => lowest > from ? lowest : null;
}

/// <summary>Where a scan is confined to.</summary>
internal readonly record struct ScanBounds(long From, long Below, int? AgentNumber);

/// <summary>First and last leaf of a range.</summary>
internal sealed record LeafSpan(long First, long Last);
