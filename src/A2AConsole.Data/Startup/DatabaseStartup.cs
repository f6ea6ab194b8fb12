using A2AConsole.Data.Sqlite;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace A2AConsole.Data.Startup;

/// <summary>
/// Claims the database and brings it to the model's version. Works in <see cref="IHostedLifecycleService.StartingAsync"/>, that is
/// before any hosted service starts, whatever the order of registration.
/// </summary>
internal sealed class DatabaseStartup(DataOptions options, IDbContextFactory<ConsoleDbContext> contexts) : IHostedLifecycleService, IDisposable
{
    private SqliteFile? _file;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Provider == DataProvider.Sqlite)
            _file = SqliteFile.Claim(options.SqlitePath);
        try
        {
            if (options.Provider == DataProvider.Sqlite)
                PrepareNewFile(options.SqlitePath);
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await context.Database.MigrateAsync(cancellationToken);
        }
        catch (Exception e) when (e is SqliteException or SqlException or InvalidOperationException)
        {
            throw new DataStartupException(Explain(e), e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _file?.Dispose();

    private static void PrepareNewFile(string path)
    {
        using var connection = new SqliteConnection(SqliteFile.ConnectionString(path, pooling: false));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = SqlitePragmas.NewFile;
        command.ExecuteNonQuery();
    }

    private string Explain(Exception e) => options.Provider == DataProvider.Sqlite
        ? $"The database {Path.GetFullPath(options.SqlitePath)} cannot be opened or brought up to date: {e.Message}"
        : $"SQL Server cannot be reached or brought up to date ({e.Message}): check A2AConsole:Data:ConnectionString.";
}
