using A2AConsole.Data.Queries;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Limits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Policy.Deciding;

/// <summary>Registers what decides about messages.</summary>
public static class DecidingServices
{
    /// <summary>
    /// Adds decisions about messages and those that wait. Needs <c>AddConsoleData</c>, <c>AddTrust</c> and <c>AddPolicy</c>; an
    /// <see cref="IApprovalDesk"/>, where there is one, may be registered before or after.
    /// </summary>
    public static IServiceCollection AddDecisions(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DecisionFactsQueries>();
        services.TryAddSingleton<HeldQueries>();
        services.TryAddSingleton<ISpendStore, CommitmentStore>();
        services.TryAddSingleton(s => new SpendBook(s.GetRequiredService<ISpendStore>(), s.GetRequiredService<PolicyOptions>().Window, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IApprovalDesk, NoApprovalDesk>();
        services.TryAddSingleton<DecisionService>();
        services.Replace(ServiceDescriptor.Singleton<IMessageDecision>(s => s.GetRequiredService<DecisionService>()));
        services.TryAddSingleton<HeldMessages>();
        services.Replace(ServiceDescriptor.Singleton<IHeldMessages>(s => s.GetRequiredService<HeldMessages>()));
        services.AddHostedService<HeldUpkeep>();
        return services;
    }
}
