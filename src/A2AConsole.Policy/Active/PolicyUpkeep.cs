using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Active;

/// <summary>Loads the active policies beside the start (compiling the engine takes seconds, once) and follows what other processes activate.</summary>
internal sealed class PolicyUpkeep(ActivePolicy active, PolicyOptions options, TimeProvider time, ILogger<PolicyUpkeep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The engine is compiled on this thread: the start does not wait for it, messages do.
        await Task.Yield();
        await active.StartAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.LookEvery, time, stoppingToken);
            try
            {
                await active.RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "Could not look for the active policies; trying again later");
            }
        }
    }
}
