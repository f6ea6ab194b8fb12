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
        var (messages, peers, types, busiest) = await SumAsync(db, agents, since, take, cancellationToken);
        if (busiest.Flows == 0)
            return new FlowSummary(span, 0, 0, 0, 0, [], []);
        var money = await Money(db, agents, since).ToListAsync(cancellationToken);
        var numbers = busiest.First.Select(f => f.AgentNumber).Distinct().ToArray();
        var byFlow = (await MoneyOf(db, since, numbers).ToListAsync(cancellationToken)).ToLookup(m => (m.AgentNumber, m.Peer, m.Type));
        var senders = await db.Agents.Where(a => numbers.Contains(a.Number)).ToDictionaryAsync(a => a.Number, a => a.SpiffeId, cancellationToken);
        var seen = (await LastSeen(db, numbers).ToListAsync(cancellationToken)).ToDictionary(c => (c.AgentNumber, c.Peer, c.Type), c => DateTimeOffset.FromUnixTimeMilliseconds(c.LastSeenAt));
        return new FlowSummary(span, busiest.Flows, messages, peers, types,
            [.. busiest.First.Select(f => new Flow(senders[f.AgentNumber], f.Peer, f.Type, f.Count, f.Bytes, seen.TryGetValue((f.AgentNumber, f.Peer, f.Type), out var at) ? at : null,
                [.. byFlow[(f.AgentNumber, f.Peer, f.Type)].OrderBy(m => m.Currency, StringComparer.Ordinal).Select(m => Sum(m.Currency, m.Units, m.Rest))]))],
            [.. money.OrderBy(m => m.Type, StringComparer.Ordinal).ThenBy(m => m.Currency, StringComparer.Ordinal).Select(m => Sum(m))]);
    }

    /// <summary>The flows of a time by sender, receiver and type.</summary>
    internal static IQueryable<FlowTotal> Flows(ConsoleDbContext db, IQueryable<Agent> agents, int since)
        => db.FlowDays.Where(f => agents.Select(a => a.Number).Contains(f.AgentNumber) && f.Day >= since).GroupBy(f => new { f.AgentNumber, f.Peer, f.Type })
            .Select(g => new FlowTotal { AgentNumber = g.Key.AgentNumber, Peer = g.Key.Peer, Type = g.Key.Type, Count = g.Sum(f => f.Count), Bytes = g.Sum(f => f.Bytes) });

    // The days are summed once by the store; what is said of the sums is counted while they are read, and only the busiest are kept.
    private static async Task<(long Messages, int Peers, int Types, (int Flows, IReadOnlyList<FlowTotal> First) Busiest)> SumAsync(
        ConsoleDbContext db, IQueryable<Agent> agents, int since, int take, CancellationToken cancellationToken)
    {
        var (flows, messages) = (0, 0L);
        var peers = new HashSet<string>(StringComparer.Ordinal);
        var types = new HashSet<string>(StringComparer.Ordinal);
        var first = new SortedSet<FlowTotal>(FlowTotal.BusiestFirst);
        await foreach (var flow in Flows(db, agents, since).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            flows++;
            messages += flow.Count;
            types.Add(flow.Type);
            if (flow.Peer.Length > 0)
                peers.Add(flow.Peer);
            first.Add(flow);
            if (first.Count > take)
                first.Remove(first.Max!);
        }
        return (messages, peers.Count, types.Count, (flows, [.. first]));
    }

    /// <summary>When each flow of some agents was seen last.</summary>
    internal static IQueryable<FlowSeen> LastSeen(ConsoleDbContext db, int[] numbers)
        => db.Counterparties.Where(c => numbers.Contains(c.AgentNumber)).Select(c => new FlowSeen(c.AgentNumber, c.Peer, c.Type, c.LastSeenAt));

    /// <summary>Money by type and currency. Whole units and the rest are summed apart: no sum of them can overflow.</summary>
    internal static IQueryable<MoneyRead> Money(ConsoleDbContext db, IQueryable<Agent> agents, int since)
        => db.FlowMoneyDays.Where(f => agents.Select(a => a.Number).Contains(f.AgentNumber) && f.Day >= since).GroupBy(f => new { f.Type, f.Currency })
            .Select(g => new MoneyRead(0, "", g.Key.Type, g.Key.Currency, g.Sum(f => f.Amount / EventMoney.Unit), g.Sum(f => f.Amount % EventMoney.Unit)));

    /// <summary>Money by flow and currency, of some agents.</summary>
    internal static IQueryable<MoneyRead> MoneyOf(ConsoleDbContext db, int since, int[] numbers)
        => db.FlowMoneyDays.Where(f => numbers.Contains(f.AgentNumber) && f.Day >= since)
            .GroupBy(f => new { f.AgentNumber, f.Peer, f.Type, f.Currency })
            .Select(g => new MoneyRead(g.Key.AgentNumber, g.Key.Peer, g.Key.Type, g.Key.Currency, g.Sum(f => f.Amount / EventMoney.Unit), g.Sum(f => f.Amount % EventMoney.Unit)));

    private static Money Sum(string currency, long units, long rest) => new(units + rest / (decimal)EventMoney.Unit, currency);

    private static TypeMoney Sum(MoneyRead m) => new(m.Type, Sum(m.Currency, m.Units, m.Rest));

    internal sealed class FlowTotal
    {
        /// <summary>More messages first; what is equal in that by who, to whom and what.</summary>
        public static IComparer<FlowTotal> BusiestFirst { get; } = Comparer<FlowTotal>.Create((a, b)
            => b.Count != a.Count ? b.Count.CompareTo(a.Count) : a.AgentNumber != b.AgentNumber ? a.AgentNumber.CompareTo(b.AgentNumber)
                : string.CompareOrdinal(a.Peer, b.Peer) is not 0 and var peer ? peer : string.CompareOrdinal(a.Type, b.Type));

        public int AgentNumber { get; init; }
        public required string Peer { get; init; }
        public required string Type { get; init; }
        public long Count { get; init; }
        public long Bytes { get; init; }
    }

    internal sealed record FlowSeen(int AgentNumber, string Peer, string Type, long LastSeenAt);

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
