using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Lineage;
using A2AConsole.Data.Reading;
using A2AConsole.Data.Startup;
using A2AConsole.Data.Upkeep;
using A2AConsole.Data.Writing;
using A2AConsole.Data.Writing.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Data;

/// <summary>Registers the store.</summary>
public static class DataServices
{
    /// <summary>
    /// Adds the model (<see cref="IDbContextFactory{TContext}"/> of <see cref="ConsoleDbContext"/>, and a scoped context for
    /// Identity), migrations before anything starts, the ledger with its one writer, and retention. The writer starts with its
    /// first use, at the latest when the host has started; it needs a <see cref="INoteSigner"/> then.
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
        services.AddSingleton<LedgerWriter>(s =>
        {
            var options = s.GetRequiredService<DataOptions>();
            return new LedgerWriter(options, () => OpenStore(options), s.GetRequiredService<INoteSigner>,
                s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<LedgerWriter>>());
        });
        services.AddSingleton<ILedger>(s => s.GetRequiredService<LedgerWriter>());
        services.AddSingleton<ILedgerHealth>(s => s.GetRequiredService<LedgerWriter>());
        services.AddSingleton<IUpkeep, WriterUpkeep>();
        services.AddSingleton<TileReader>();
        services.AddSingleton<ILedgerReader, LedgerReader>();
        services.AddSingleton<LookupBuilder>();
        services.AddSingleton<LineageBuilder>();
        services.AddSingleton<RetentionService>();
        services.AddHostedService<LedgerStartup>();
        services.AddHostedService(s => s.GetRequiredService<LookupBuilder>());
        services.AddHostedService(s => s.GetRequiredService<LineageBuilder>());
        services.AddHostedService(s => s.GetRequiredService<RetentionService>());
        return services;
    }

    private static ILedgerStore OpenStore(DataOptions options) => options.Provider switch
    {
        DataProvider.Sqlite => new SqliteLedgerStore(options.SqlitePath),
        DataProvider.SqlServer => new SqlServerLedgerStore(options.ConnectionString!),
        _ => throw new DataStartupException($"{options.Provider} is no known data provider."),
    };
}
