using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Where re-keying runs stand.</summary>
public sealed class RekeyQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The run that is open, or null.</summary>
    public async Task<RekeyRun?> OpenAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RekeyRuns.AsNoTracking().FirstOrDefaultAsync(r => r.FinishedAt == null, cancellationToken);
    }

    /// <summary>The newest runs, open or not.</summary>
    public async Task<IReadOnlyList<RekeyRun>> NewestAsync(int count, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RekeyRuns.AsNoTracking().OrderByDescending(r => r.Id).Take(count).ToListAsync(cancellationToken);
    }

    /// <summary>A run with the numbers of its agents by state, or null when there is no such run.</summary>
    public async Task<RekeyProgress?> ProgressAsync(int runId, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.RekeyRuns.AsNoTracking().FirstOrDefaultAsync(r => r.Id == runId, cancellationToken) is not { } run)
            return null;
        var counts = await context.RekeyAgents.Where(r => r.RunId == runId).GroupBy(r => r.State)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return new RekeyProgress(run, counts.GetValueOrDefault(RekeyState.Waiting), counts.GetValueOrDefault(RekeyState.Called),
            counts.GetValueOrDefault(RekeyState.Done), counts.GetValueOrDefault(RekeyState.Stuck));
    }

    /// <summary>A run's agents in one state, by number, from after <paramref name="after"/> on.</summary>
    public async Task<IReadOnlyList<RekeyAgentRow>> AgentsAsync(int runId, RekeyState state, int after, int take, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RekeyAgents.Where(r => r.RunId == runId && r.State == state && r.AgentNumber > after)
            .OrderBy(r => r.AgentNumber).Take(take)
            .Select(r => new RekeyAgentRow(r.AgentNumber, r.Agent!.SpiffeId, r.Agent.Name, r.Agent.Owner, r.State, r.Detail, r.CalledAt, r.DoneAt))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The next agents to be called.</summary>
    public async Task<IReadOnlyList<int>> WaitingAsync(int runId, int take, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RekeyAgents.Where(r => r.RunId == runId && r.State == RekeyState.Waiting)
            .OrderBy(r => r.AgentNumber).Take(take).Select(r => r.AgentNumber).ToListAsync(cancellationToken);
    }

    /// <summary>Those that are in a state and live by a certificate of an authority that is not given up.</summary>
    public async Task<IReadOnlyList<int>> RenewedAsync(int runId, RekeyState state, int take, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var givenUp = context.TrustAnchors.Where(t => t.State == AnchorState.Tainted || t.State == AnchorState.Revoked).Select(t => t.KeyId);
        return await context.RekeyAgents.Where(r => r.RunId == runId && r.State == state)
            .Where(r => context.Certificates.Any(c => c.Serial == r.Agent!.CertificateSerial && !givenUp.Contains(c.IssuerKeyId)))
            .OrderBy(r => r.AgentNumber).Take(take).Select(r => r.AgentNumber).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Those that were called at <paramref name="calledBefore"/> or earlier and have not come yet, with what may keep them; and those whose evidence was not
    /// affirmed since they were called, for whom nobody needs to wait.
    /// </summary>
    public async Task<IReadOnlyList<SilentAgent>> SilentAsync(int runId, DateTimeOffset calledBefore, int take, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RekeyAgents.Where(r => r.RunId == runId && r.State == RekeyState.Called)
            .Where(r => r.CalledAt <= calledBefore || context.AttestationRecords.Any(a => a.AgentNumber == r.AgentNumber && !a.IsAffirming && a.At >= r.CalledAt))
            .OrderBy(r => r.AgentNumber).Take(take)
            .Select(r => new SilentAgent(r.AgentNumber, r.Agent!.State, r.Agent.RenewalHeldReason, r.Agent.RenewalHeldAt != null, r.Agent.LastSeenAt, r.Agent.CertificateNotAfter, r.CalledAt!.Value,
                context.AttestationRecords.Where(a => a.AgentNumber == r.AgentNumber && !a.IsAffirming && a.At >= r.CalledAt).OrderByDescending(a => a.Id).Select(a => a.Detail).FirstOrDefault()))
            .ToListAsync(cancellationToken);
    }
}

/// <summary>A run and how many of its agents are where.</summary>
public sealed record RekeyProgress(RekeyRun Run, int Waiting, int Called, int Done, int Stuck)
{
    public int Agents => Waiting + Called + Done + Stuck;

    /// <summary>How long it takes yet at the run's rate; null when nobody waits.</summary>
    public TimeSpan? Remaining => Waiting > 0 ? TimeSpan.FromSeconds(Math.Ceiling((double)Waiting / Run.PerSecond)) : null;
}

/// <summary>One agent of a run. Times are UTC.</summary>
public sealed record RekeyAgentRow(int Number, string SpiffeId, string Name, string? Owner, RekeyState State, string? Detail, DateTimeOffset? CalledAt, DateTimeOffset? DoneAt);

/// <summary>An agent that was called and has not come, with what may keep it. Times are UTC.</summary>
public sealed record SilentAgent(int Number, AgentState State, string? HeldReason, bool IsHeld, DateTimeOffset? LastSeenAt, DateTimeOffset? CertificateNotAfter, DateTimeOffset CalledAt, string? NotAffirmed = null);
