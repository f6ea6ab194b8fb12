using A2AConsole.Data.Startup;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace A2AConsole.Data;

/// <summary>Registers the store.</summary>
public static class DataServices
{
    /// <summary>
    /// Adds the model (<see cref="IDbContextFactory{TContext}"/> of <see cref="ConsoleDbContext"/>, and a scoped context for
    /// Identity), migrations before anything starts, the ledger with its one writer, and retention. The writer starts with its
    /// first use, at the latest when the host has started; it needs a <see cref="Core.Ledger.INoteSigner"/> then.
    /// </summary>
    public static IServiceCollection AddConsoleData(this IServiceCollection services, Action<DataOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ =>
        {
            var options = new DataOptions();
            configure(options);
            return options;
        });
        services.AddSingleton<IDbContextFactory<ConsoleDbContext>, ConsoleDbContextFactory>();
        services.AddScoped(s => s.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContext());
        services.AddHostedService<DatabaseStartup>();
        return services;
    }
}
