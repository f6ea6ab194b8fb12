using System.Data.Common;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace A2AConsole.Data.Tests.Queries;

public sealed class InspectionQueriesTests
{
    private static readonly FindingKind[] Kinds = Enum.GetValues<FindingKind>();

    [Theory]
    [InlineData(20)]
    [InlineData(2_000)]
    public async Task The_whole_inventory_is_read_in_as_many_queries_however_many_agents_there_are(int agents)
    {
        var store = new QueryStore { Count = agents };
        await store.InitializeAsync();
        try
        {
            await using (var db = store.Contexts.CreateDbContext())
            {
                // Two agents with one key, one of them long over.
                var ofOne = await db.Certificates.FirstAsync(c => c.NotAfter >= store.Time.GetUtcNow() && c.RevokedAt == null);
                db.Certificates.Add(new Certificate
                {
                    Id = 1_000_000, Serial = "ffff", AgentNumber = store.Agents.First(a => a.Number != ofOne.AgentNumber).Number, KeyId = ofOne.KeyId, IssuerKeyId = "00",
                    Algorithm = "ecdsa-p256-sha256", NotBefore = store.Time.GetUtcNow().AddDays(-9), NotAfter = store.Time.GetUtcNow().AddDays(-8), IssuedAt = store.Time.GetUtcNow().AddDays(-9), Der = [0x30],
                });
                db.Responsibilities.AddRange(
                    new Responsibility { AgentNumber = 3, Duty = Duty.Issues, Holder = "olga" }, new Responsibility { AgentNumber = 3, Duty = Duty.RespondsToCompromise, Holder = "team" });
                await db.SaveChangesAsync();
            }
            var counter = new CommandCounter();
            var inventory = await new InspectionQueries(new Counting(store.Contexts, counter)).ReadAsync(Kinds, store.Time.GetUtcNow());
            Assert.Equal(agents, inventory.Agents.Count);
            Assert.Equal([(3, 1 | 16)], inventory.Duties.Select(d => (d.Key, d.Value)));
            Assert.Equal(2, inventory.Holders.Count);
            Assert.NotEmpty(inventory.Certificates);
            Assert.Equal(6, counter.Count);
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    private sealed class CommandCounter : DbCommandInterceptor
    {
        private int _count;

        public int Count => _count;

        public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _count);
            return new(result);
        }
    }

    private sealed class Counting(IDbContextFactory<ConsoleDbContext> contexts, CommandCounter counter) : IDbContextFactory<ConsoleDbContext>
    {
        public ConsoleDbContext CreateDbContext()
        {
            using var context = contexts.CreateDbContext();
            return new SqliteConsoleDbContext(new DbContextOptionsBuilder<SqliteConsoleDbContext>().UseSqlite(context.Database.GetConnectionString()).AddInterceptors(counter).Options);
        }
    }
}
