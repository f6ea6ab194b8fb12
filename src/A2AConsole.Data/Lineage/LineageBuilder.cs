using System.Diagnostics;
using System.Threading.Channels;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
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
    // Leaves that came during one step.
    private const int Busy = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Channel<long> _more = Channel.CreateBounded<long>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _turn = new(1);

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
        void Signal(LedgerHead head) => _more.Writer.TryWrite(head.Size);
        writer.Committed += Signal;
        try
        {
            _more.Writer.TryWrite(0);
            while (await _more.Reader.WaitToReadAsync(stoppingToken))
            {
                // What is committed meanwhile is read together. The host starts this before it has started the writer.
                await Task.Delay(Interval, time, stoppingToken);
                _more.Reader.TryRead(out _);
                try
                {
                    await ReadOnAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning(e, "The lineage could not be read on; the next try is in {Interval}", Interval);
                    _more.Writer.TryWrite(0);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            writer.Committed -= Signal;
        }
    }

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        var (started, size) = (Stopwatch.GetTimestamp(), writer.Head.Size);
        while (await StepAsync(cancellationToken) > 0)
        {
            var now = writer.Head.Size;
            await Task.Delay(Stopwatch.GetElapsedTime(started) * (now - size > Busy ? BusyShare : Share), time, cancellationToken);
            (started, size) = (Stopwatch.GetTimestamp(), now);
        }
    }

    private async Task<long> StepAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await NextAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<long> NextAsync(CancellationToken cancellationToken)
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

    /// <inheritdoc/>
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    private async Task AddAsync(LineageBatch batch, LedgerBlock block, CancellationToken cancellationToken)
    {
        // On a connection of its own: the blocks are still being read on the other.
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.EventPayloads.AsNoTracking().SingleOrDefaultAsync(p => p.FirstLeaf == block.FirstLeaf, cancellationToken) is { } payload)
            batch.Add(block, payload);
    }
}
