using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads an agent's life: who answers for it, what became of it, what its evidence said.</summary>
public sealed class AgentLifeReader(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Who holds which duty towards an agent; duties that nobody holds are missing.</summary>
    public async Task<IReadOnlyDictionary<Duty, string>> DutiesAsync(int agent, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Responsibilities.Where(r => r.AgentNumber == agent).ToDictionaryAsync(r => r.Duty, r => r.Holder, cancellationToken);
    }

    /// <summary>Everything else about its life that its page shows; null when there is no such agent.</summary>
    public async Task<AgentLifeRow?> FindAsync(int agent, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Agents.Where(a => a.Number == agent).Select(a => new AgentLifeRow(
            a.State, a.StateChangedAt, a.EntryId, a.Assurance, a.AttestedAt, a.RotationRequestedAt, a.RotationRequestedBy, a.RenewalHeldAt, a.RenewalHeldReason, a.ClockSkewMs))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The steps of its life and of its certificates', newest first.</summary>
    public async Task<IReadOnlyList<TransitionRow>> TransitionsAsync(int agent, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.StateTransitions.Where(t => t.AgentNumber == agent).OrderByDescending(t => t.Id).ThenBy(t => t.Serial).Take(take)
            .Select(t => new TransitionRow(t.Id, t.Serial, t.From, t.To, t.At, t.Actor, t.Reason)).ToListAsync(cancellationToken);
    }

    /// <summary>What verifiers made of its evidence, newest first.</summary>
    public async Task<IReadOnlyList<AttestationRow>> AttestationsAsync(int agent, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AttestationRecords.Where(r => r.AgentNumber == agent).OrderByDescending(r => r.Id).Take(take)
            .Select(r => new AttestationRow(r.Id, r.Kind, r.At, r.IsAffirming, r.Code, r.Detail, r.KeyId, r.Runtime, r.Claims, r.Result)).ToListAsync(cancellationToken);
    }
}

/// <summary>Where an agent is in its life. Times are UTC.</summary>
public sealed record AgentLifeRow(
    AgentState State, DateTimeOffset? StateChangedAt, int? EntryId, Core.Attestation.AssuranceLevel? Assurance, DateTimeOffset? AttestedAt,
    DateTimeOffset? RotationRequestedAt, string? RotationRequestedBy, DateTimeOffset? RenewalHeldAt, string? RenewalHeldReason, int? ClockSkewMs);

/// <summary>One step; <paramref name="Leaf"/> recorded it. An empty <paramref name="Serial"/> means the agent itself. Times are UTC.</summary>
public sealed record TransitionRow(long Leaf, string Serial, string From, string To, DateTimeOffset At, string Actor, string? Reason);

/// <summary>One appraisal; <paramref name="Claims"/> is a JSON array of measured claims. Times are UTC.</summary>
public sealed record AttestationRow(
    long Leaf, string Kind, DateTimeOffset At, bool IsAffirming, string? Code, string? Detail, string KeyId, string? Runtime, string Claims, string? Result);
