using System.Diagnostics;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Reading;
using A2AConsole.Data.Writing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Data.Lineage;

/// <summary>
/// Reads what is committed for its lineage, behind a durable cursor and beside admission: it takes a share of one core, a smaller one while
/// much comes in, and may fall behind or be stopped at any moment. Cursor and rows move in one transaction.
/// </summary>
internal sealed class LineageBuilder(LedgerWriter writer, IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time, ILogger<LineageBuilder> logger) : BackgroundService
{
    private const int MessagesAtOnce = 100, BlocksAtOnce = 500;
    // Pauses as multiples of the work before them.
    private const int Share = 3, BusyShare = 19;
    private const int Busy = 2000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Reads on until nothing is left; returns how many leaves it read.</summary>
    public async Task<long> CatchUpAsync(CancellationToken cancellationToken)
    {
        long read = 0;
        while (await StepAsync(cancellationToken) is > 0 and var step)
            read += step;
        return read;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    var before = writer.Head.Size;
                    for (var started = Stopwatch.GetTimestamp(); await StepAsync(stoppingToken) > 0; started = Stopwatch.GetTimestamp())
                    {
                        await Task.Delay(Stopwatch.GetElapsedTime(started) * (writer.Head.Size - before > Busy ? BusyShare : Share), stoppingToken);
                        before = Math.Max(before, writer.Head.Size - Busy);
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning(e, "The lineage could not be read on; the next try is in {Interval}", Interval);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<long> StepAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var next = await context.LineageCursors.Select(c => (long?)c.Next).SingleOrDefaultAsync(cancellationToken) ?? 0;
        var head = writer.Head.Size;
        if (next >= head)
            return 0;
        var batch = new LineageBatch();
        var to = next;
        await foreach (var block in LedgerBlocks.Range(context, next, head).Take(BlocksAtOnce).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (block.Content == BlockContent.Admitted)
                await AddAsync(batch, block, cancellationToken);
            to = block.FirstLeaf + block.Count;
            if (batch.Messages.Count >= MessagesAtOnce)
                break;
        }
        await batch.ResolveAsync(context, cancellationToken);
        await writer.UpkeepAsync(db => batch.Write(db, to));
        return to - next;
    }

    private async Task AddAsync(LineageBatch batch, LedgerBlock block, CancellationToken cancellationToken)
    {
        // On a connection of its own: the blocks are still being read on the other.
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.EventPayloads.AsNoTracking().SingleOrDefaultAsync(p => p.FirstLeaf == block.FirstLeaf, cancellationToken) is { } payload)
            batch.Add(block, payload);
    }
}
