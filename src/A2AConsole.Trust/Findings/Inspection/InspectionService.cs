using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Findings.Inspection;

/// <summary>Inspects at start and then at every interval.</summary>
internal sealed class InspectionService(Inspector inspector, TrustOptions options, TimeProvider time, ILogger<InspectionService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.InspectionInterval <= TimeSpan.Zero)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var result = await inspector.InspectAsync(stoppingToken);
                if (result.Opened + result.Closed > 0)
                    logger.LogInformation("The inspection opened {Opened} findings and ended {Closed}; {Holding} hold", result.Opened, result.Closed, result.Holding);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One failure must not end the inspections.
                logger.LogError(e, "The inspection failed; the next one is in {Interval}", options.InspectionInterval);
            }
            await Task.Delay(options.InspectionInterval, time, stoppingToken);
        }
    }
}
