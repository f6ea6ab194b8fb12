using A2AConsole.Data.Queries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Policy.Quarantine;

/// <summary>Registers the work in quarantine.</summary>
public static class QuarantineServices
{
    /// <summary>Adds it; ways out come with the parts that offer them (<see cref="IReleaseWay"/>).</summary>
    public static IServiceCollection AddQuarantine(this IServiceCollection services)
    {
        services.TryAddSingleton<QuarantineQueries>();
        services.TryAddSingleton<IQuarantine, QuarantineService>();
        return services;
    }
}
