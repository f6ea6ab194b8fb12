using System.Runtime.CompilerServices;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Some of the records and whether they are all.</summary>
public sealed record RecordList(IReadOnlyList<RecordLeaf> Rows, bool IsComplete);

/// <summary>A page of records, newest first. <paramref name="Next"/> is what to pass as <c>before</c>, or null at the end.</summary>
public sealed record RecordPage(IReadOnlyList<RecordLeaf> Rows, long? Next);

/// <summary>Which records to list. Nulls and empty sets do not filter.</summary>
public sealed record RecordFilter
{
    public static RecordFilter Everything { get; } = new();

    public IReadOnlyCollection<LeafKind> Kinds { get; init; } = [];
    /// <summary>Part of who did it: a user name, a SPIFFE ID, an address.</summary>
    public string? Actor { get; init; }
    /// <summary>Part of what it says, is about, or its code; serials and digests too.</summary>
    public string? Text { get; init; }
    public DateTimeOffset? From { get; init; }
    /// <summary>Before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    internal bool Takes(LedgerLeaf leaf)
        => leaf.Kind != LeafKind.Event && (Kinds.Count == 0 || Kinds.Contains(leaf.Kind))
            && (From is null || leaf.At >= From) && (To is null || leaf.At < To)
            && (Actor is null || Has(leaf.Actor, Actor))
            && (Text is null || Has(leaf.Detail, Text) || Has(leaf.Subject, Text) || Has(leaf.Code, Text) || Has(leaf.Certificate, Text) || Has(leaf.Digest, Text) || Has(leaf.MessageId, Text));

    private static bool Has(string? value, string part) => value?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>The ledger's entries that are not events: enrolments, renewals, revocations, sign-ins, administration, summaries.</summary>
public sealed class RecordQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int BlocksAtOnce = 200;
    private const int MostBlocksAPage = 5000;
    private const int ExportPage = 1000;
    private const int CommitMinutes = 5;

    /// <summary>
    /// Records at indices below <paramref name="before"/> (null: from the head) that pass the filter, newest first. A page may come short, even
    /// empty, with a <see cref="RecordPage.Next"/>: so much was read and little of it passed.
    /// </summary>
    public async Task<RecordPage> PageAsync(RecordFilter filter, long? before, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = new List<RecordLeaf>(take);
        var below = Math.Min(before ?? long.MaxValue, await FirstLeafAfterAsync(db, filter.To, cancellationToken));
        var from = await FirstLeafFromAsync(db, filter.From, cancellationToken);
        for (var read = 0; read < MostBlocksAPage; read += BlocksAtOnce)
        {
            var blocks = await Blocks(db, below, from, BlocksAtOnce).ToListAsync(cancellationToken);
            foreach (var (first, leaves) in blocks.Select(b => (b.FirstLeaf, b.Leaves)))
            {
                // A block may hold more records than the page had room for: the place is a leaf, not a block.
                foreach (var row in Read(first, leaves).Where(r => r.Index < (before ?? long.MaxValue) && filter.Takes(r.Leaf)))
                {
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

    /// <summary>Everything that passes the filter, newest first.</summary>
    public async IAsyncEnumerable<RecordLeaf> ExportAsync(RecordFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long? before = null;
        do
        {
            var page = await PageAsync(filter, before, ExportPage, cancellationToken);
            foreach (var row in page.Rows)
                yield return row;
            before = page.Next;
        }
        while (before is not null);
    }

    /// <summary>Records since a moment, newest first, out of at most <paramref name="blocks"/> blocks.</summary>
    public async Task<RecordList> SinceAsync(DateTimeOffset since, int blocks, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var from = await FirstLeafFromAsync(db, since, cancellationToken);
        if (from == long.MaxValue)
            return new RecordList([], true);
        var found = await Blocks(db, long.MaxValue, from, blocks).ToListAsync(cancellationToken);
        var rows = found.SelectMany(b => Read(b.FirstLeaf, b.Leaves)).Where(r => r.Leaf.Kind != LeafKind.Event && r.Leaf.At >= since).ToList();
        return new RecordList(rows, found.Count < blocks);
    }

    // The first leaf of the minute in which a range begins, or of what comes after it; the largest number when nothing does.
    private static async Task<long> FirstLeafFromAsync(ConsoleDbContext db, DateTimeOffset? from, CancellationToken cancellationToken)
    {
        if (from is null)
            return 0;
        var minute = Minute(from.Value);
        return await db.LedgerMinutes.AsNoTracking().Where(m => m.Minute >= minute).OrderBy(m => m.Minute).Select(m => (long?)m.FirstLeaf).FirstOrDefaultAsync(cancellationToken) ?? long.MaxValue;
    }

    // The first leaf of the first minute that lies wholly after a range's end.
    private static async Task<long> FirstLeafAfterAsync(ConsoleDbContext db, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        if (to is null)
            return long.MaxValue;
        // A leaf is committed a moment after the time that it bears.
        var minute = Minute(to.Value) + CommitMinutes;
        return await db.LedgerMinutes.AsNoTracking().Where(m => m.Minute > minute).OrderBy(m => m.Minute).Select(m => (long?)m.FirstLeaf).FirstOrDefaultAsync(cancellationToken) ?? long.MaxValue;
    }

    private static int Minute(DateTimeOffset at) => (int)Math.Clamp(at.ToUnixTimeSeconds() / 60, 0, int.MaxValue);

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
