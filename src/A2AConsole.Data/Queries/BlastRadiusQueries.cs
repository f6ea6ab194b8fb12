using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>One way that an agent of an incident used, or could use.</summary>
/// <param name="Agent">SPIFFE ID.</param>
/// <param name="Peer">Whom it addressed: a SPIFFE ID, or empty where its messages named nobody.</param>
/// <param name="Type">With what.</param>
/// <param name="Count">How often since the incident's first event; 0: it did before, and did not since.</param>
/// <param name="LastBefore">When it did last (UTC), of those that it did not use since.</param>
public sealed record ReachedFlow(string Agent, string Peer, string Type, long Count, DateTimeOffset? LastBefore);

/// <summary>Money in one currency, in ten-thousandths of its unit.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="AtRisk">Named by the messages that the incident's agents got through since its first event.</param>
/// <param name="Avoided">Of messages that policy refused or held from going through since then.</param>
public sealed record MoneyReached(string Currency, long AtRisk, long Avoided);

/// <summary>What an incident's agents reached. <paramref name="Since"/>: the day (UTC) of its first event, from which on flows are counted.</summary>
public sealed record BlastRadius(DateTimeOffset Since, IReadOnlyList<ReachedFlow> Reached, IReadOnlyList<ReachedFlow> Reachable, IReadOnlyList<MoneyReached> Money);

/// <summary>Reads what the agents of an incident reached, and whom they are used to reach, from the flows that are counted by day.</summary>
public sealed class BlastRadiusQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int Most = 500;

    /// <summary>Of an incident; null when there is none, or no agent of ours is in it.</summary>
    public async Task<BlastRadius?> OfAsync(long incident, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var alerts = await context.Alerts.Where(a => a.IncidentId == incident && a.AgentNumber != null).Select(a => new { Agent = a.AgentNumber!.Value, a.AgentId, a.FirstSeenAt }).ToListAsync(cancellationToken);
        if (alerts.Count == 0)
            return null;
        var names = alerts.DistinctBy(a => a.Agent).ToDictionary(a => a.Agent, a => a.AgentId);
        var agents = names.Keys.ToList();
        var since = new DateTimeOffset(alerts.Min(a => a.FirstSeenAt).UtcDateTime.Date, TimeSpan.Zero);
        var day = (int)(since.ToUnixTimeSeconds() / 86_400);
        var flows = await context.FlowDays.Where(f => agents.Contains(f.AgentNumber) && f.Day >= day).GroupBy(f => new { f.AgentNumber, f.Peer, f.Type })
            .Select(g => new { g.Key.AgentNumber, g.Key.Peer, g.Key.Type, Count = g.Sum(f => f.Count) }).OrderByDescending(f => f.Count).Take(Most).ToListAsync(cancellationToken);
        var known = await context.Counterparties.Where(c => agents.Contains(c.AgentNumber) && c.Peer != "").OrderByDescending(c => c.LastSeenAt).Take(Most).ToListAsync(cancellationToken);
        var used = flows.Select(f => (f.AgentNumber, f.Peer, f.Type)).ToHashSet();
        var named = await context.FlowMoneyDays.Where(m => agents.Contains(m.AgentNumber) && m.Day >= day).GroupBy(m => m.Currency).Select(g => new { g.Key, Sum = g.Sum(m => m.Amount) }).ToListAsync(cancellationToken);
        var stopped = await context.Decisions.Where(d => agents.Contains(d.AgentNumber) && d.At >= since && d.Verdict != Core.Policies.PolicyVerdict.Allow && d.Currency != null && d.Amount != null)
            .Select(d => new { d.MessageLeaf, d.MessageId, d.Currency, d.Amount }).ToListAsync(cancellationToken);
        var allowed = await context.Decisions.Where(d => agents.Contains(d.AgentNumber) && d.At >= since && d.Verdict == Core.Policies.PolicyVerdict.Allow).Select(d => d.MessageLeaf).ToListAsync(cancellationToken);
        // A message that was held first and let go after is not avoided.
        var avoided = stopped.Where(s => !allowed.Contains(s.MessageLeaf)).DistinctBy(s => s.MessageLeaf).GroupBy(s => s.Currency!)
            .ToDictionary(g => g.Key, g => g.Sum(s => decimal.TryParse(s.Amount, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out var amount) ? (long)(amount * Core.Schemas.EventMoney.Unit) : 0));
        return new(since,
            [.. flows.Select(f => new ReachedFlow(names[f.AgentNumber], f.Peer, f.Type, f.Count, null))],
            [.. known.Where(c => !used.Contains((c.AgentNumber, c.Peer, c.Type))).Select(c => new ReachedFlow(names[c.AgentNumber], c.Peer, c.Type, 0, DateTimeOffset.FromUnixTimeMilliseconds(c.LastSeenAt)))],
            [.. named.Select(n => n.Key).Concat(avoided.Keys).Distinct().Order(StringComparer.Ordinal).Select(c => (Currency: c, Named: named.Find(n => n.Key == c)?.Sum ?? 0, Avoided: avoided.GetValueOrDefault(c)))
                .Select(m => new MoneyReached(m.Currency, Math.Max(0, m.Named - m.Avoided), m.Avoided))]);
    }
}
