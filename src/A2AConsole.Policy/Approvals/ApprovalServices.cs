using A2AConsole.Data.Queries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Approvals;

/// <summary>Registers approvals. Needs <c>AddPolicy</c> and the deciding of messages.</summary>
public static class ApprovalServices
{
    public static IServiceCollection AddApprovals(this IServiceCollection services)
    {
        services.TryAddSingleton<ApprovalQueries>();
        services.Replace(ServiceDescriptor.Singleton<IApprovalDesk, ApprovalDesk>());
        services.TryAddSingleton<IApprovalProofs, ApprovalProofs>();
        services.TryAddSingleton<IApprovalService, ApprovalService>();
        services.AddHostedService<ApprovalUpkeep>();
        return services;
    }
}

/// <summary>Tends to what waits: escalates, and finishes what a stop left half done.</summary>
internal sealed class ApprovalUpkeep(IApprovalService approvals, TimeProvider time, ILogger<ApprovalUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await approvals.TendAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "Tending to approvals failed; it is tried again");
            }
        }
    }
}
