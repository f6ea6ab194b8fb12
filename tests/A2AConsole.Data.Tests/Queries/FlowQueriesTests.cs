using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Tests.Queries;

public sealed class FlowQueriesTests : IAsyncLifetime
{
    private readonly QueryStore _store = new() { Count = 60 };

    private int Today => (int)(_store.Time.GetUtcNow().ToUnixTimeSeconds() / 86_400);
    private Agent A => _store.Agents[0];
    private Agent B => _store.Agents[1];

    public async ValueTask InitializeAsync()
    {
        await _store.InitializeAsync();
        await using var db = _store.Contexts.CreateDbContext();
        // Thirty days with today, and the day before them, which no longer counts.
        for (var back = 0; back <= 30; back++)
            Say(db, A, Today - back, B.SpiffeId, "purchase.approved", 10, ("EUR", 1_000_5000), ("USD", 1));
        Say(db, A, Today, "", "demand.signal", 7);
        for (var i = 0; i < 6; i++)
            Say(db, B, Today - i, _store.Agents[10 + i].SpiffeId, "route.quote", 100 + i, ("EUR", EventMoney.Most));
        await db.SaveChangesAsync();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task An_agents_thirty_days_are_summed_with_money_by_currency()
    {
        var summary = await Queries.OfAgentAsync(A.Number, ScopeQueries.Span, 5);
        Assert.Equal((2, 307L, 1, 2, 0), (summary.Flows, summary.Messages, summary.Counterparties, summary.Types, summary.More));
        var first = summary.Busiest[0];
        Assert.Equal((A.SpiffeId, B.SpiffeId, "purchase.approved", 300L, 3_000L), (first.From, first.To, first.Type, first.Count, first.Bytes));
        // 1,000.5 and 0.0001 a day.
        Assert.Equal([new Money(30_015m, "EUR"), new Money(0.0030m, "USD")], first.Money);
        Assert.Equal([new TypeMoney("purchase.approved", first.Money[0]), new TypeMoney("purchase.approved", first.Money[1])], summary.Money);
        Assert.Equal(("", 7L, 0), (summary.Busiest[1].To, summary.Busiest[1].Count, summary.Busiest[1].Money.Count));
    }

    [Fact]
    public async Task The_busiest_come_first_and_the_rest_is_counted()
    {
        var summary = await Queries.OfAgentAsync(B.Number, ScopeQueries.Span, 4);
        Assert.Equal([105L, 104L, 103L, 102L], summary.Busiest.Select(f => f.Count));
        Assert.Equal((6, 2), (summary.Flows, summary.More));
        // Six rows that each ended at a trillion do not overflow.
        Assert.Equal(6_000_000_000_000m, Assert.Single(summary.Money).Money.Amount);
    }

    [Fact]
    public async Task Who_said_nothing_has_no_flows()
    {
        var summary = await Queries.OfAgentAsync(_store.Agents[40].Number, ScopeQueries.Span, 4);
        Assert.Equal((0, 0L, 0, 0), (summary.Flows, summary.Messages, summary.Busiest.Count, summary.Money.Count));
    }

    [Theory]
    [InlineData(RevocationScope.Agent)]
    [InlineData(RevocationScope.Certificate)]
    [InlineData(RevocationScope.Role)]
    [InlineData(RevocationScope.Environment)]
    [InlineData(RevocationScope.Organisation)]
    [InlineData(RevocationScope.AuthorityKey)]
    public async Task Each_scope_says_what_of_the_last_thirty_days_depended_on_it(RevocationScope scope)
    {
        await using var db = _store.Contexts.CreateDbContext();
        var now = _store.Time.GetUtcNow();
        var certificate = await db.Certificates.FirstAsync(c => c.AgentNumber == A.Number);
        var target = scope switch
        {
            RevocationScope.Agent => A.SpiffeId, RevocationScope.Certificate => certificate.Serial, RevocationScope.Role => A.Role,
            RevocationScope.Environment => A.Environment, RevocationScope.Organisation => A.Organisation, _ => certificate.IssuerKeyId,
        };
        var reach = await new ScopeQueries(_store.Contexts, _store.Time).ReadAsync(scope, target);
        var reached = await db.AgentsWithin(scope, target, now).Select(a => a.Number).ToListAsync();
        Assert.Contains(A.Number, reached);
        // The same in memory.
        var days = (await db.FlowDays.AsNoTracking().ToListAsync()).Where(f => f.Day > Today - 30 && reached.Contains(f.AgentNumber)).ToList();
        Assert.Equal((reached.Count, days.Sum(f => f.Count), days.Select(f => (f.AgentNumber, f.Peer, f.Type)).Distinct().Count(), days.Where(f => f.Peer != "").Select(f => f.Peer).Distinct().Count()),
            (reach.Agents, reach.Flows.Messages, reach.Flows.Flows, reach.Flows.Counterparties));
        Assert.Equal(Math.Min(5, reach.Flows.Flows), reach.Flows.Busiest.Count);
        Assert.Equal(reached.Contains(B.Number), reach.Flows.Types == 3);
    }

    [Fact]
    public async Task When_a_flow_was_seen_last_is_told_from_its_counterparty()
    {
        var at = _store.Time.GetUtcNow().AddMinutes(-3);
        await using (var db = _store.Contexts.CreateDbContext())
        {
            db.Counterparties.Add(new Counterparty { AgentNumber = A.Number, Peer = "", Type = "demand.signal", Count = 1, FirstSeenAt = 0, LastSeenAt = at.ToUnixTimeMilliseconds() });
            await db.SaveChangesAsync();
        }
        Assert.Equal(at, (await Queries.OfAgentAsync(A.Number, ScopeQueries.Span, 5)).Busiest[1].LastSeenAt);
    }

    private FlowQueries Queries => new(_store.Contexts, _store.Time);

    private static void Say(ConsoleDbContext db, Agent from, int day, string to, string type, long count, params (string Currency, long Amount)[] money)
    {
        db.FlowDays.Add(new FlowDay { AgentNumber = from.Number, Day = day, Peer = to, Type = type, Count = count, Bytes = count * 10 });
        foreach (var (currency, amount) in money)
            db.FlowMoneyDays.Add(new FlowMoneyDay { AgentNumber = from.Number, Day = day, Peer = to, Type = type, Currency = currency, Amount = amount });
    }
}
