using A2AConsole.Data.Queries;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.AuthZen;
using A2AConsole.Policy.Grants;
using A2AConsole.Policy.Life;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Policy;

/// <summary>Registers policy: the active bundle and the life of its versions. Needs the store, and starts after it.</summary>
public static class PolicyServices
{
    public static IServiceCollection AddPolicy(this IServiceCollection services, Action<PolicyOptions> configure)
    {
        services.AddSingleton(_ =>
        {
            var options = new PolicyOptions();
            configure(options);
            return options;
        });
        services.TryAddSingleton<PolicyQueries>();
        services.TryAddSingleton<GrantQueries>();
        services.TryAddSingleton<ObservedFlowQueries>();
        services.AddSingleton<GrantService>();
        services.AddSingleton<PolicyEngine>();
        services.AddSingleton<ActivePolicy>();
        services.AddSingleton<IActivePolicy>(s => s.GetRequiredService<ActivePolicy>());
        services.AddSingleton<ActiveDecider>();
        services.AddSingleton<EdgeFacts>();
        services.TryAddSingleton<AgentDetailQueries>();
        services.TryAddSingleton<DecisionFactsQueries>();
        services.AddSingleton<PolicyLife>();
        services.AddSingleton<PolicyJobs>();
        services.AddSingleton<PolicyComparison>();
        services.AddHostedService<PolicyUpkeep>();
        return services;
    }
}
