using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads the versions of the policies, and what they decided.</summary>
public sealed class PolicyQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int MaxVersions = 200;

    /// <summary>Whether any version is on record.</summary>
    public async Task<bool> HasAnyAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.PolicyVersions.AnyAsync(cancellationToken);
    }

    /// <summary>Which version decides, and which beside it.</summary>
    public async Task<PolicyStanding> StandingAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.PolicyVersions
            .Where(v => v.State == PolicyVersionState.Active || v.State == PolicyVersionState.Shadowing || v.State == PolicyVersionState.Approved)
            .Select(v => new { v.Id, v.State }).ToListAsync(cancellationToken);
        return new PolicyStanding(rows.FirstOrDefault(r => r.State == PolicyVersionState.Active)?.Id, rows.FirstOrDefault(r => r.State != PolicyVersionState.Active)?.Id);
    }

    /// <summary>The versions, the newest first, without their files.</summary>
    public async Task<IReadOnlyList<PolicyVersionRow>> VersionsAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(db.PolicyVersions.AsNoTracking().OrderByDescending(v => v.Id).Take(MaxVersions)).ToListAsync(cancellationToken);
    }

    /// <summary>One version, without its files.</summary>
    public async Task<PolicyVersionRow?> FindAsync(int id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(db.PolicyVersions.AsNoTracking().Where(v => v.Id == id)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>A version's files, as they are kept.</summary>
    public async Task<PolicyVersionFiles?> FilesAsync(int id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.PolicyVersions.Where(v => v.Id == id).Select(v => new PolicyVersionFiles(v.Name, v.Version, v.Digest, v.Files)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Which policies decided what since a moment, the busiest first.</summary>
    public async Task<IReadOnlyList<PolicyUse>> UseAsync(DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var counts = await (from use in db.DecisionPolicies
                            where use.At >= since
                            join decision in db.Decisions on use.DecisionId equals decision.Id
                            group use by new { use.Policy, decision.Verdict } into g
                            select new { g.Key.Policy, g.Key.Verdict, Count = g.LongCount(), Last = g.Max(u => u.At) }).ToListAsync(cancellationToken);
        return [.. counts.GroupBy(c => c.Policy).Select(g => new PolicyUse(g.Key, g.Max(c => c.Last), g.ToDictionary(c => c.Verdict, c => c.Count)))
            .OrderByDescending(u => u.Decisions).ThenBy(u => u.Policy, StringComparer.Ordinal)];
    }

    /// <summary>The latest decisions that a policy determined.</summary>
    public async Task<IReadOnlyList<PolicyDecisionRow>> DecidedByAsync(string policy, DateTimeOffset since, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (from use in db.DecisionPolicies
                      where use.Policy == policy && use.At >= since
                      join d in db.Decisions on use.DecisionId equals d.Id
                      orderby use.At descending, d.Id descending
                      select new PolicyDecisionRow(d.Id, d.MessageLeaf, d.Agent.SpiffeId, d.Type, d.At, d.Verdict, d.Reason, d.Amount, d.Currency)).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>How many decisions were recorded since a moment.</summary>
    public async Task<long> CountAsync(DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Decisions.LongCountAsync(d => d.At >= since, cancellationToken);
    }

    /// <summary>The requests of decisions since a moment, in their order, a page at a time: what a replay reads.</summary>
    public async Task<IReadOnlyList<RecordedRequest>> RequestsAsync(DateTimeOffset since, long after, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Decisions.Where(d => d.Id > after && d.At >= since).OrderBy(d => d.Id).Take(take)
            .Select(d => new RecordedRequest(d.Id, d.Request)).ToListAsync(cancellationToken);
    }

    private static IQueryable<PolicyVersionRow> Rows(IQueryable<PolicyVersion> versions)
        => versions.Select(v => new PolicyVersionRow(v.Id, v.Name, v.Version, v.Digest, v.State, v.BasedOnId, v.CreatedAt, v.CreatedBy, v.Note, v.TestsPassed, v.TestsFailed,
            v.MutantsKilled, v.MutantsSurvived, v.ApprovedAt, v.ApprovedBy, v.ActivatedAt, v.ActivatedBy, v.EndedAt, v.Leaf, v.IsDemo));
}

/// <summary>Which versions decide: with effect, and beside it.</summary>
public sealed record PolicyStanding(int? Active, int? Shadow);

/// <summary>A version without its files; as in <see cref="PolicyVersion"/>.</summary>
public sealed record PolicyVersionRow(
    int Id, string Name, string Version, string Digest, PolicyVersionState State, int? BasedOnId, DateTimeOffset CreatedAt, string CreatedBy, string? Note, int TestsPassed, int TestsFailed,
    int? MutantsKilled, int? MutantsSurvived, DateTimeOffset? ApprovedAt, string? ApprovedBy, DateTimeOffset? ActivatedAt, string? ActivatedBy, DateTimeOffset? EndedAt, long Leaf, bool IsDemo)
{
    /// <summary>The share of mutants that its tests notice, 0 to 1; null when it was not measured.</summary>
    public double? Score => MutantsKilled is { } killed && MutantsSurvived is { } survived ? killed + survived == 0 ? 1 : (double)killed / (killed + survived) : null;
}

/// <summary>A version's files as they are kept.</summary>
public sealed record PolicyVersionFiles(string Name, string Version, string Digest, byte[] Files);

/// <summary>What a policy determined in a time.</summary>
public sealed record PolicyUse(string Policy, DateTimeOffset LastAt, IReadOnlyDictionary<PolicyVerdict, long> Verdicts)
{
    public long Decisions => Verdicts.Values.Sum();
}

/// <summary>A decision that a policy determined.</summary>
public sealed record PolicyDecisionRow(long Leaf, long MessageLeaf, string Agent, string Type, DateTimeOffset At, PolicyVerdict Verdict, string Reason, string? Amount, string? Currency);

/// <summary>A recorded request: one line of JSON.</summary>
public sealed record RecordedRequest(long Id, byte[] Line);
