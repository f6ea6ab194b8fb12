using A2AConsole.Data.Writing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Data.Upkeep;

/// <summary>
/// Deletes what has outlived its time: payloads, the bytes of refused events, idempotency keys, old counters. Leaves, tiles and
/// the rows that say what was refused stay. Works in small steps on the writer's connection, so that no event waits for long.
/// </summary>
internal sealed class RetentionService(DataOptions options, LedgerWriter writer, IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time, ILogger<RetentionService> logger) : BackgroundService
{
    private const int PayloadsAtOnce = 50;
    private const int RowsAtOnce = 500;

    /// <summary>Deletes everything that has expired by now.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var payloads = await PayloadsAsync((now - options.PayloadLifetime).ToUnixTimeMilliseconds(), cancellationToken);
        var quarantined = await QuarantineAsync(now - options.QuarantineLifetime, cancellationToken);
        var keys = await KeysAsync(now.ToUnixTimeMilliseconds(), cancellationToken);
        await CountersAsync(now - options.CounterLifetime, cancellationToken);
        await FlowsAsync(now - options.FlowLifetime, cancellationToken);
        if (payloads + quarantined + keys > 0)
            logger.LogInformation("Retention removed {Payloads} payloads, the bytes of {Quarantined} refused events and {Keys} idempotency keys", payloads, quarantined, keys);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.RetentionInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning(e, "Retention could not finish; it goes on in {Interval}", options.RetentionInterval);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<int> PayloadsAsync(long before, CancellationToken cancellationToken)
    {
        var removed = 0;
        while (true)
        {
            // By leaf: payloads lie in the order they came in, so the expired ones are a range at the lower end.
            List<long> expired;
            await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
            {
                expired = await context.EventPayloads.OrderBy(p => p.FirstLeaf).Take(PayloadsAtOnce)
                    .Where(p => p.RecordedAt < before).Select(p => p.FirstLeaf).ToListAsync(cancellationToken);
            }
            if (expired.Count == 0)
                return removed;
            var (from, to) = (expired[0], expired[^1]);
            await writer.UpkeepAsync(context => context.EventPayloads
                .Where(p => p.FirstLeaf >= from && p.FirstLeaf <= to && p.RecordedAt < before).ExecuteDelete());
            removed += expired.Count;
        }
    }

    private async Task<int> QuarantineAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var emptied = 0;
        long after = -1;
        while (true)
        {
            List<long> expired;
            await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
            {
                expired = await context.QuarantineItems.Where(q => q.RecordedAt < before && q.Id > after && q.Bytes != null)
                    .OrderBy(q => q.Id).Take(RowsAtOnce).Select(q => q.Id).ToListAsync(cancellationToken);
            }
            if (expired.Count == 0)
                return emptied;
            var from = expired[0];
            after = expired[^1];
            var to = after;
            await writer.UpkeepAsync(context => context.QuarantineItems
                .Where(q => q.Id >= from && q.Id <= to && q.RecordedAt < before).ExecuteUpdate(set => set.SetProperty(q => q.Bytes, (byte[]?)null)));
            emptied += expired.Count;
        }
    }

    private async Task<int> KeysAsync(long now, CancellationToken cancellationToken)
    {
        var removed = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var deleted = 0;
            await writer.UpkeepAsync(context => deleted = context.IdempotencyKeys.Where(k => k.ExpiresAt < now)
                .OrderBy(k => k.ExpiresAt).Take(RowsAtOnce).ExecuteDelete());
            removed += deleted;
            if (deleted < RowsAtOnce)
                return removed;
        }
    }

    // As many rows a day as there are flows: in steps until none is left.
    private async Task FlowsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var day = (int)(before.ToUnixTimeSeconds() / 86_400);
        int deleted;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            deleted = 0;
            await writer.UpkeepAsync(context => deleted = context.FlowMoneyDays.Where(f => f.Day < day).OrderBy(f => f.Day).Take(RowsAtOnce).ExecuteDelete());
            await writer.UpkeepAsync(context => deleted += context.FlowDays.Where(f => f.Day < day).OrderBy(f => f.Day).Take(RowsAtOnce).ExecuteDelete());
        }
        while (deleted > 0);
    }

    private async Task CountersAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var minute = (int)(before.ToUnixTimeSeconds() / 60);
        await writer.UpkeepAsync(context => context.TrafficMinutes.Where(t => t.Minute < minute).OrderBy(t => t.Minute).Take(RowsAtOnce).ExecuteDelete());
        await writer.UpkeepAsync(context => context.AgentHours.Where(h => h.Hour < minute / 60).OrderBy(h => h.Hour).Take(RowsAtOnce).ExecuteDelete());
    }
}
