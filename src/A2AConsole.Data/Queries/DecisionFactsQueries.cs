using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What a decision must know of a message's sender.</summary>
public sealed record SenderFacts(
    int Number, string SpiffeId, string Environment, string Role, string Organisation, string? Owner, bool OwnerSuspended, AgentState State, AssuranceLevel? Assurance, int OpenFindings,
    bool KnownCounterparty, bool KnownType, double? UsualCost, IReadOnlyList<GrantFacts> Grants);

/// <summary>A grant as a decision sees it.</summary>
public sealed record GrantFacts(int Id, string Role, string Task, string Environments, DateTimeOffset NotBefore, DateTimeOffset NotAfter, long? CostLimit, int? RiskLimit);

/// <summary>Reads what decisions are made of.</summary>
public sealed class DecisionFactsQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    // As many as policy is asked with, and some that have ended, so that it can say so.
    private const int MostGrants = 20;
    private const int UsualOf = 50;

    /// <summary>
    /// The facts about a sender, for one message; null when there is no such agent. What was first seen at <paramref name="before"/> or later, as this message itself, does not
    /// make a counterparty or a type known.
    /// </summary>
    public async Task<SenderFacts?> SenderAsync(int number, string receiver, string type, string action, DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = before.ToUnixTimeMilliseconds();
        var agent = await db.Agents.AsNoTracking().Where(a => a.Number == number).Select(a => new
        {
            a.Number, a.SpiffeId, a.Environment, a.Role, a.Organisation, a.Owner, a.State, a.Assurance,
            OwnerEnd = db.Users.Where(u => u.UserName == a.Owner).Select(u => u.LockoutEnd).FirstOrDefault(),
            Findings = db.Findings.Count(f => f.AgentNumber == a.Number && f.ClosedAt == null),
            KnownPeer = db.Counterparties.Any(c => c.AgentNumber == a.Number && c.Peer == receiver && c.FirstSeenAt < since),
            KnownType = db.Counterparties.Any(c => c.AgentNumber == a.Number && c.Type == type && c.FirstSeenAt < since),
        }).FirstOrDefaultAsync(cancellationToken);
        if (agent is null)
            return null;
        var grants = await db.Grants.AsNoTracking().Where(g => g.AgentNumber == number && g.RevokedAt == null).OrderByDescending(g => g.NotAfter).Take(MostGrants)
            .Select(g => new GrantFacts(g.Id, g.Role, g.Task, g.Environments, g.NotBefore, g.NotAfter, g.CostLimit, g.RiskLimit)).ToListAsync(cancellationToken);
        var usual = await db.Decisions.AsNoTracking().Where(d => d.AgentNumber == number && d.Action == action && d.Verdict == PolicyVerdict.Allow)
            .OrderByDescending(d => d.Id).Take(UsualOf).Select(d => (double?)d.Cost).AverageAsync(cancellationToken);
        return new(agent.Number, agent.SpiffeId, agent.Environment, agent.Role, agent.Organisation, agent.Owner, agent.OwnerEnd >= Users.ConsoleUsers.DisabledUntil, agent.State, agent.Assurance,
            agent.Findings, agent.KnownPeer, agent.KnownType, usual > 0 ? usual : null, grants);
    }

    /// <summary>Whether the account of one of these people is disabled.</summary>
    public async Task<bool> AnyDisabledAsync(IReadOnlyList<string> userNames, CancellationToken cancellationToken = default)
    {
        if (userNames.Count == 0)
            return false;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ends = await db.Users.AsNoTracking().Where(u => userNames.Contains(u.UserName!)).Select(u => u.LockoutEnd).ToListAsync(cancellationToken);
        return ends.Exists(end => end >= Users.ConsoleUsers.DisabledUntil);
    }

    /// <summary>What an agent committed by an action in a currency since a moment.</summary>
    public async Task<IReadOnlyList<SpendEntry>> CommitmentsAsync(SpendKey key, DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Commitments.AsNoTracking().Where(c => c.Agent == key.Agent && c.Action == key.Action && c.Currency == key.Currency && c.At >= since)
            .Select(c => new SpendEntry(c.MessageId, c.At, c.Minor)).ToListAsync(cancellationToken);
    }
}
