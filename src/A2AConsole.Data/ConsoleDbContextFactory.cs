using A2AConsole.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Data;

/// <summary>Makes contexts of the configured provider.</summary>
internal sealed class ConsoleDbContextFactory : IDbContextFactory<ConsoleDbContext>
{
    private readonly Func<ConsoleDbContext> _create;

    public ConsoleDbContextFactory(DataOptions options, ILoggerFactory loggers)
    {
        if (options.Provider == DataProvider.SqlServer)
        {
            if (string.IsNullOrWhiteSpace(options.ConnectionString))
                throw new DataStartupException("A2AConsole:Data:ConnectionString is missing: SQL Server needs one.");
            if (AppContext.TryGetSwitch("System.Globalization.Invariant", out var invariant) && invariant)
                throw new DataStartupException("SQL Server's client needs cultures, which this build goes without: set System.Globalization.Invariant to false in the program's runtimeconfig.json and install libicu.");
            // No retrying strategy: it refuses the caller's transactions, and the writer has its own way back.
            var server = new DbContextOptionsBuilder<SqlServerConsoleDbContext>()
                .UseSqlServer(options.ConnectionString).UseLoggerFactory(loggers).Options;
            _create = () => new SqlServerConsoleDbContext(server);
        }
        else
        {
            var file = new DbContextOptionsBuilder<SqliteConsoleDbContext>()
                .UseSqlite(SqliteFile.ConnectionString(options.SqlitePath))
                .AddInterceptors(SqlitePragmas.Instance)
                .UseLoggerFactory(loggers).Options;
            _create = () => new SqliteConsoleDbContext(file);
        }
    }

    public ConsoleDbContext CreateDbContext() => _create();
}
