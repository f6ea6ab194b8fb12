using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Findings;

/// <summary>Writes once a minute which findings were seen again, and once more at the end.</summary>
internal sealed class FindingUpkeep(Findings findings, TimeProvider time, ILogger<FindingUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken);
            await FlushAsync();
        }
    }

    // One failure must not end the upkeep. What was not written is lost as a count only: the finding stays open.
    private async Task FlushAsync()
    {
        try
        {
            await findings.FlushAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Could not count how often findings were seen again");
        }
    }
}
