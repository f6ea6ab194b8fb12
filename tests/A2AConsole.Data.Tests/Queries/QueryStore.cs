using A2AConsole.Data.Entities;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Data.Tests.Queries;

/// <summary>A real SQLite file with 5,000 agents, made once for all tests that only read.</summary>
public sealed class QueryStore : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-queries-").FullName;
    private ServiceProvider? _services;

    /// <summary>How many agents.</summary>
    public int Count { get; init; } = 5_000;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    public IReadOnlyList<Agent> Agents { get; private set; } = [];
    public IDbContextFactory<ConsoleDbContext> Contexts { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Time);
        services.AddConsoleData(o => o.SqlitePath = Path.Combine(_directory, "queries.db"));
        _services = services.BuildServiceProvider();
        Contexts = _services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>();
        await using var db = await Contexts.CreateDbContextAsync();
        await db.Database.MigrateAsync();
        Agents = await AgentSeed.AddAgentsAsync(db, Count, Time.GetUtcNow());
        await AgentSeed.AddTrafficAsync(db, Agents[0], [.. Agents.Skip(1).Take(12)], Time.GetUtcNow());
        await AgentSeed.AddTrafficAsync(db, Agents[5], [Agents[0]], Time.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
