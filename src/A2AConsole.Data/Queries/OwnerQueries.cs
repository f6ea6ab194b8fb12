using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What an owner has to know of her agents: what failed, what changed, what they may do and did.</summary>
public sealed class OwnerQueries(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>How far back "did" and "changed" look.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(7);

    private const int MostAgents = 50;
    private const int MostSteps = 8;

    /// <summary>The digest of one owner's agents.</summary>
    public async Task<OwnerDigest> DigestAsync(string owner, CancellationToken cancellationToken = default)
    {
        var since = time.GetUtcNow() - Span;
        var hour = (int)(since.ToUnixTimeSeconds() / 3600);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var mine = db.Agents.AsNoTracking().Where(a => a.Owner == owner);
        var agents = await mine.Where(a => a.State != AgentState.Retired).OrderBy(a => a.Name).ThenBy(a => a.Number).Take(MostAgents + 1)
            .Select(a => new { a.Number, a.SpiffeId, a.Name, a.State, a.Tier, a.Assurance, a.RenewalHeldAt }).ToListAsync(cancellationToken);
        var more = agents.Count > MostAgents;
        var numbers = agents.Take(MostAgents).Select(a => a.Number).ToList();
        var did = (await db.AgentHours.Where(h => numbers.Contains(h.AgentNumber) && h.Hour >= hour)
            .GroupBy(h => new { h.AgentNumber, IsAdmitted = h.Code == AgentDetailQueries.AdmittedCode })
            .Select(g => new { g.Key.AgentNumber, g.Key.IsAdmitted, Count = g.Sum(h => h.Count) }).ToListAsync(cancellationToken))
            .ToLookup(d => d.AgentNumber);
        var types = (await db.Counterparties.Where(c => numbers.Contains(c.AgentNumber)).Select(c => new { c.AgentNumber, c.Type }).Distinct().ToListAsync(cancellationToken))
            .ToLookup(t => t.AgentNumber, t => t.Type);
        var steps = await db.StateTransitions.AsNoTracking().Where(t => t.Agent!.Owner == owner && t.At >= since).OrderByDescending(t => t.Id).Take(MostSteps)
            .Select(t => new OwnerStep(t.Id, t.Agent!.SpiffeId, t.Agent.Name, t.Serial, t.From, t.To, t.At, t.Actor, t.Reason)).ToListAsync(cancellationToken);
        var failed = await db.AttestationRecords.AsNoTracking().Where(r => r.Agent!.Owner == owner && !r.IsAffirming && r.At >= since).OrderByDescending(r => r.Id).Take(MostSteps)
            .Select(r => new FailedAttestation(r.Id, r.Agent!.SpiffeId, r.Agent.Name, r.Kind, r.At, r.Code, r.Detail)).ToListAsync(cancellationToken);
        return new OwnerDigest(
            [.. agents.Take(MostAgents).Select(a => new OwnedAgent(a.Number, a.SpiffeId, a.Name, a.State, a.Tier, a.Assurance, a.RenewalHeldAt is not null,
                did[a.Number].Where(d => d.IsAdmitted).Sum(d => d.Count), did[a.Number].Where(d => !d.IsAdmitted).Sum(d => d.Count),
                [.. types[a.Number].Order(StringComparer.Ordinal)]))],
            more, steps, failed);
    }
}

/// <summary>What an owner has to know. <paramref name="HasMore"/>: she has more agents than are listed.</summary>
public sealed record OwnerDigest(IReadOnlyList<OwnedAgent> Agents, bool HasMore, IReadOnlyList<OwnerStep> Steps, IReadOnlyList<FailedAttestation> Failed);

/// <summary>An agent with what it did in <see cref="OwnerQueries.Span"/>, and the types of message that it ever sent.</summary>
public sealed record OwnedAgent(
    int Number, string SpiffeId, string Name, AgentState State, RiskTier Tier, Core.Attestation.AssuranceLevel? Assurance, bool IsHeld, long Admitted, long Refused, IReadOnlyList<string> Types);

/// <summary>A step in the life of an agent or, with a serial, of its certificate. Times are UTC; <paramref name="Leaf"/> recorded it.</summary>
public sealed record OwnerStep(long Leaf, string SpiffeId, string Name, string Serial, string From, string To, DateTimeOffset At, string Actor, string? Reason);

/// <summary>Evidence that was refused.</summary>
public sealed record FailedAttestation(long Leaf, string SpiffeId, string Name, string Kind, DateTimeOffset At, string? Code, string? Detail);
