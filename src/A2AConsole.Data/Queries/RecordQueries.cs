using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Some of the records and whether they are all.</summary>
public sealed record RecordList(IReadOnlyList<RecordLeaf> Rows, bool IsComplete);

/// <summary>A page of records, newest first. <paramref name="Next"/> is what to pass as <c>before</c>, or null at the end.</summary>
public sealed record RecordPage(IReadOnlyList<RecordLeaf> Rows, long? Next);

/// <summary>The ledger's entries that are not events: enrolments, renewals, revocations, sign-ins, administration, summaries.</summary>
public sealed class RecordQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int BlocksAtOnce = 200;
    private const int MostBlocksAPage = 5000;

    /// <summary>Records at indices below <paramref name="before"/> (null: from the head), of some kinds (empty: all), newest first.</summary>
    public async Task<RecordPage> PageAsync(IReadOnlyCollection<LeafKind> kinds, long? before, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = new List<RecordLeaf>(take);
        var below = before ?? long.MaxValue;
        for (var read = 0; read < MostBlocksAPage; read += BlocksAtOnce)
        {
            var blocks = await Blocks(db, below, 0, BlocksAtOnce).ToListAsync(cancellationToken);
            foreach (var (first, leaves) in blocks.Select(b => (b.FirstLeaf, b.Leaves)))
            {
                foreach (var row in Read(first, leaves))
                {
                    if (row.Leaf.Kind == LeafKind.Event || kinds.Count > 0 && !kinds.Contains(row.Leaf.Kind))
                        continue;
                    rows.Add(row);
                    if (rows.Count == take)
                        return new RecordPage(rows, row.Index);
                }
                below = first;
            }
            if (blocks.Count < BlocksAtOnce)
                return new RecordPage(rows, null);
        }
        return new RecordPage(rows, below);
    }

    /// <summary>Records since a moment, newest first, out of at most <paramref name="blocks"/> blocks.</summary>
    public async Task<RecordList> SinceAsync(DateTimeOffset since, int blocks, CancellationToken cancellationToken = default)
    {
        var minute = (int)Math.Clamp(since.ToUnixTimeSeconds() / 60, 0, int.MaxValue);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var from = await db.LedgerMinutes.AsNoTracking().Where(m => m.Minute >= minute).OrderBy(m => m.Minute).Select(m => (long?)m.FirstLeaf).FirstOrDefaultAsync(cancellationToken);
        if (from is null)
            return new RecordList([], true);
        var found = await Blocks(db, long.MaxValue, from.Value, blocks).ToListAsync(cancellationToken);
        var rows = found.SelectMany(b => Read(b.FirstLeaf, b.Leaves)).Where(r => r.Leaf.Kind != LeafKind.Event && r.Leaf.At >= since).ToList();
        return new RecordList(rows, found.Count < blocks);
    }

    private static IQueryable<LedgerBlock> Blocks(ConsoleDbContext db, long below, long from, int take)
        => db.LedgerBlocks.AsNoTracking()
            .Where(b => b.Content != BlockContent.Admitted && b.FirstLeaf < below && b.FirstLeaf >= from)
            .OrderByDescending(b => b.FirstLeaf).Take(take);

    private static List<RecordLeaf> Read(long first, byte[] leaves)
    {
        var rows = new List<RecordLeaf>();
        foreach (var entry in EntryBundle.Parse(leaves))
        {
            if (LeafReader.TryParse(entry.Span, out var leaf, out _))
                rows.Add(new RecordLeaf(first, leaf));
            first++;
        }
        rows.Reverse();
        return rows;
    }
}
