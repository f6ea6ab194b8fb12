using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Reviews;

/// <summary>Reminds reviewers and lets reviews lapse when their time has come.</summary>
internal sealed class ReviewUpkeep(IReviews reviews, TimeProvider time, ILogger<ReviewUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken);
            try
            {
                var round = await reviews.AdvanceAsync(stoppingToken);
                if (round.Reminded + round.Lapsed > 0)
                    logger.LogInformation("Reviews: {Reminded} people reminded, {Lapsed} agents' renewals held", round.Reminded, round.Lapsed);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "Could not advance the reviews; trying again in {Seconds} s", Interval.TotalSeconds);
            }
        }
    }
}
