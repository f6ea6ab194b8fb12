using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Reading;

/// <summary>The queries over blocks that several readers share.</summary>
internal static class LedgerBlocks
{
    /// <summary>The first leaf of the block that holds a leaf: where a scan upwards from the leaf begins. 0 in an empty ledger.</summary>
    public static async Task<long> StartOfAsync(ConsoleDbContext context, long leaf, CancellationToken cancellationToken)
        => await StartOf(context, leaf).FirstOrDefaultAsync(cancellationToken);

    /// <inheritdoc cref="StartOfAsync"/>
    public static IQueryable<long> StartOf(ConsoleDbContext context, long leaf)
        => context.LedgerBlocks.Where(b => b.FirstLeaf <= leaf).OrderByDescending(b => b.FirstLeaf).Select(b => b.FirstLeaf).Take(1);

    /// <summary>The block that holds a leaf, if the leaf is there.</summary>
    public static IQueryable<LedgerBlock> Holding(ConsoleDbContext context, long leaf)
        => context.LedgerBlocks.AsNoTracking().Where(b => b.FirstLeaf <= leaf).OrderByDescending(b => b.FirstLeaf).Take(1);

    /// <summary>The blocks whose first leaf is in [<paramref name="from"/>, <paramref name="to"/>), in order.</summary>
    public static IQueryable<LedgerBlock> Range(ConsoleDbContext context, long from, long to)
        => context.LedgerBlocks.AsNoTracking().Where(b => b.FirstLeaf >= from && b.FirstLeaf < to).OrderBy(b => b.FirstLeaf);

    /// <summary>How many lookup segments are built; they are built in order.</summary>
    public static async Task<long> BuiltSegmentsAsync(ConsoleDbContext context, CancellationToken cancellationToken)
        => await context.LookupBuckets.Where(b => b.Bucket == 0).MaxAsync(b => (long?)b.Segment, cancellationToken) + 1 ?? 0;
}
