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
        var blocks = new List<LedgerBlock>();
        var (to, messages) = (next, 0);
        await foreach (var block in LedgerBlocks.Range(context, next, head).Take(BlocksAtOnce).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            to = block.FirstLeaf + block.Count;
            if (block.Content != BlockContent.Admitted)
                continue;
            blocks.Add(block);
            messages += block.Count;
            if (messages >= MessagesAtOnce)
                break;
        }
        var batch = new LineageBatch();
        await AddAsync(batch, context, blocks, cancellationToken);
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

    // One question for all of them: most blocks hold one message, and a question costs more than reading it.
    private static async Task AddAsync(LineageBatch batch, ConsoleDbContext context, List<LedgerBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.Count == 0)
            return;
        var (first, last) = (blocks[0].FirstLeaf, blocks[^1].FirstLeaf);
        var byLeaf = blocks.ToDictionary(b => b.FirstLeaf);
        await foreach (var payload in context.EventPayloads.AsNoTracking().Where(p => p.FirstLeaf >= first && p.FirstLeaf <= last).OrderBy(p => p.FirstLeaf).AsAsyncEnumerable().WithCancellation(cancellationToken))
            if (byLeaf.TryGetValue(payload.FirstLeaf, out var block))
                batch.Add(block, payload);
    }
}
