using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Who said how much to whom, with the money named in it: sums of days, over any number of agents at once.</summary>
public sealed class FlowQueries(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    private const int SecondsADay = 86_400;

    /// <summary>What one agent said in the last <paramref name="span"/>; the busiest <paramref name="take"/> of its flows.</summary>
    public async Task<FlowSummary> OfAgentAsync(int agentNumber, TimeSpan span, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(db, db.Agents.Where(a => a.Number == agentNumber), time.GetUtcNow(), span, take, cancellationToken);
    }

    /// <summary>What these agents said in the last <paramref name="span"/>, which ends with the day of <paramref name="now"/> (UTC).</summary>
    internal static async Task<FlowSummary> ReadAsync(ConsoleDbContext db, IQueryable<Agent> agents, DateTimeOffset now, TimeSpan span, int take, CancellationToken cancellationToken)
    {
        var since = (int)((now - span).ToUnixTimeSeconds() / SecondsADay) + 1;
        var flows = Flows(db, agents, since);
        var totals = await flows.GroupBy(_ => 1).Select(g => new { Flows = g.Count(), Messages = g.Sum(f => f.Count) }).FirstOrDefaultAsync(cancellationToken);
        if (totals is null)
            return new FlowSummary(span, 0, 0, 0, 0, [], []);
        var peers = await Days(db, agents, since).Where(f => f.Peer != "").Select(f => f.Peer).Distinct().CountAsync(cancellationToken);
        var types = await Days(db, agents, since).Select(f => f.Type).Distinct().CountAsync(cancellationToken);
        var busiest = await Busiest(db, flows, take).ToListAsync(cancellationToken);
        var money = await Money(db, agents, since).ToListAsync(cancellationToken);
        var ofBusiest = await MoneyOf(db, agents, since, [.. busiest.Select(f => f.AgentNumber).Distinct()]).ToListAsync(cancellationToken);
        var byFlow = ofBusiest.ToLookup(m => (m.AgentNumber, m.Peer, m.Type));
        return new FlowSummary(span, totals.Flows, totals.Messages, peers, types,
            [.. busiest.Select(f => new Flow(f.From, f.Peer, f.Type, f.Count, f.Bytes, f.LastSeenAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
                [.. byFlow[(f.AgentNumber, f.Peer, f.Type)].OrderBy(m => m.Currency, StringComparer.Ordinal).Select(m => Sum(m.Currency, m.Units, m.Rest))]))],
            [.. money.OrderBy(m => m.Type, StringComparer.Ordinal).ThenBy(m => m.Currency, StringComparer.Ordinal).Select(m => new TypeMoney(m.Type, Sum(m.Currency, m.Units, m.Rest)))]);
    }

    /// <summary>The flows of a time by sender, receiver and type.</summary>
    internal static IQueryable<FlowTotal> Flows(ConsoleDbContext db, IQueryable<Agent> agents, int since)
        => Days(db, agents, since).GroupBy(f => new { f.AgentNumber, f.Peer, f.Type })
            .Select(g => new FlowTotal { AgentNumber = g.Key.AgentNumber, Peer = g.Key.Peer, Type = g.Key.Type, Count = g.Sum(f => f.Count), Bytes = g.Sum(f => f.Bytes) });

    /// <summary>The busiest of these, with who they are and when they were seen last.</summary>
    internal static IQueryable<FlowRead> Busiest(ConsoleDbContext db, IQueryable<FlowTotal> flows, int take)
        => from f in flows.OrderByDescending(f => f.Count).ThenBy(f => f.AgentNumber).ThenBy(f => f.Peer).ThenBy(f => f.Type).Take(take)
           join a in db.Agents on f.AgentNumber equals a.Number
           orderby f.Count descending, f.AgentNumber, f.Peer, f.Type
           select new FlowRead(f.AgentNumber, a.SpiffeId, f.Peer, f.Type, f.Count, f.Bytes,
               db.Counterparties.Where(c => c.AgentNumber == f.AgentNumber && c.Peer == f.Peer && c.Type == f.Type).Select(c => (long?)c.LastSeenAt).FirstOrDefault());

    /// <summary>Money by type and currency. Whole units and the rest are summed apart: no sum of them can overflow.</summary>
    internal static IQueryable<MoneyRead> Money(ConsoleDbContext db, IQueryable<Agent> agents, int since)
        => db.FlowMoneyDays.Where(f => f.Day >= since && agents.Any(a => a.Number == f.AgentNumber)).GroupBy(f => new { f.Type, f.Currency })
            .Select(g => new MoneyRead(0, "", g.Key.Type, g.Key.Currency, g.Sum(f => f.Amount / EventMoney.Unit), g.Sum(f => f.Amount % EventMoney.Unit)));

    /// <summary>Money by flow and currency, of some agents.</summary>
    internal static IQueryable<MoneyRead> MoneyOf(ConsoleDbContext db, IQueryable<Agent> agents, int since, int[] numbers)
        => db.FlowMoneyDays.Where(f => numbers.Contains(f.AgentNumber) && f.Day >= since && agents.Any(a => a.Number == f.AgentNumber))
            .GroupBy(f => new { f.AgentNumber, f.Peer, f.Type, f.Currency })
            .Select(g => new MoneyRead(g.Key.AgentNumber, g.Key.Peer, g.Key.Type, g.Key.Currency, g.Sum(f => f.Amount / EventMoney.Unit), g.Sum(f => f.Amount % EventMoney.Unit)));

    // By agent: each of them has its days together.
    private static IQueryable<FlowDay> Days(ConsoleDbContext db, IQueryable<Agent> agents, int since)
        => db.FlowDays.Where(f => f.Day >= since && agents.Any(a => a.Number == f.AgentNumber));

    private static Money Sum(string currency, long units, long rest) => new(units + rest / (decimal)EventMoney.Unit, currency);

    internal sealed class FlowTotal
    {
        public int AgentNumber { get; init; }
        public required string Peer { get; init; }
        public required string Type { get; init; }
        public long Count { get; init; }
        public long Bytes { get; init; }
    }

    internal sealed record FlowRead(int AgentNumber, string From, string Peer, string Type, long Count, long Bytes, long? LastSeenAt);

    internal sealed record MoneyRead(int AgentNumber, string Peer, string Type, string Currency, long Units, long Rest);
}

/// <summary>A sum of money in one currency (ISO 4217).</summary>
public readonly record struct Money(decimal Amount, string Currency);

/// <summary>Money that the messages of one type named. Types are not summed: an approval's limit and its invoice are the same money.</summary>
public sealed record TypeMoney(string Type, Money Money);

/// <summary>A flow of messages of one type between two, in a time.</summary>
/// <param name="From">Who sent, as SPIFFE ID.</param>
/// <param name="To">To whom, or empty where the messages named nobody.</param>
/// <param name="Type">The messages' type.</param>
/// <param name="Count">Messages admitted.</param>
/// <param name="Bytes">Their bytes as received.</param>
/// <param name="LastSeenAt">The last of them (UTC).</param>
/// <param name="Money">The money that they named, by currency.</param>
public sealed record Flow(string From, string To, string Type, long Count, long Bytes, DateTimeOffset? LastSeenAt, IReadOnlyList<Money> Money);

/// <summary>What a number of agents said in a time.</summary>
/// <param name="Span">The time, which ends with today.</param>
/// <param name="Flows">Pairs of sender and receiver by type of message.</param>
/// <param name="Messages">Messages admitted.</param>
/// <param name="Counterparties">Identities that they addressed.</param>
/// <param name="Types">Types of message.</param>
/// <param name="Busiest">The busiest flows.</param>
/// <param name="Money">The money named in all of them, by type and currency.</param>
public sealed record FlowSummary(
    TimeSpan Span, int Flows, long Messages, int Counterparties, int Types, IReadOnlyList<Flow> Busiest, IReadOnlyList<TypeMoney> Money)
{
    /// <summary>How many flows there are besides the busiest.</summary>
    public int More => Flows - Busiest.Count;
}
