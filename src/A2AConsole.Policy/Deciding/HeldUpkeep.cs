using A2AConsole.Policy.Limits;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Deciding;

/// <summary>Ends the wait of messages whose time is over, and lets go of windows in which nothing counts any more.</summary>
internal sealed class HeldUpkeep(IHeldMessages held, SpendBook spending, TimeProvider time, ILogger<HeldUpkeep> logger) : BackgroundService
{
    /// <summary>How late a wait may end.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const int TrimEvery = 120;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        for (var turn = 1; await NextAsync(timer, stoppingToken); turn++)
        {
            try
            {
                while (await held.ExpireAsync(stoppingToken) > 0)
                {
                    // As many as there are, a portion at a time.
                }
                if (turn % TrimEvery == 0)
                    spending.Trim();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(e, "Held messages whose time is over could not be ended; the next try is in {Interval}", Interval);
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
