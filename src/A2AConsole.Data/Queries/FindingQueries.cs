using System.Runtime.CompilerServices;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What the system found by itself, newest first.</summary>
public sealed class FindingQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int ExportPage = 1_000;

    /// <summary>A page; <paramref name="before"/> goes on to older findings, <paramref name="after"/> back to newer ones (both ledger leaves).</summary>
    public async Task<Page<FindingRow>> PageAsync(FindingFilter filter, long? before, long? after, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var findings = Filtered(db, filter);
        var backwards = after is not null;
        if (before is { } older)
            findings = findings.Where(f => f.Id < older);
        if (after is { } newer)
            findings = findings.Where(f => f.Id > newer);
        var ordered = backwards ? findings.OrderBy(f => f.Id) : findings.OrderByDescending(f => f.Id);
        var rows = await Rows(ordered).Take(take + 1).ToListAsync(cancellationToken);
        var more = rows.Count > take;
        if (more)
            rows.RemoveAt(take);
        if (backwards)
            rows.Reverse();
        return backwards ? new(rows, more, rows.Count > 0) : new(rows, before is not null, more);
    }

    /// <summary>How many findings of each kind pass the filter; kinds without any are left out.</summary>
    public async Task<IReadOnlyDictionary<FindingKind, int>> CountsAsync(FindingFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Filtered(db, filter).GroupBy(f => f.Kind).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
    }

    /// <summary>One finding by the leaf that opened it, or null.</summary>
    public async Task<FindingRow?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(db.Findings.Where(f => f.Id == id)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Everything that passes the filter, newest first.</summary>
    public async IAsyncEnumerable<FindingRow> ExportAsync(FindingFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long? before = null;
        while (true)
        {
            var page = await PageAsync(filter, before, null, ExportPage, cancellationToken);
            foreach (var row in page.Rows)
                yield return row;
            if (!page.HasNext)
                yield break;
            before = page.Rows[^1].Id;
        }
    }

    /// <summary>Every open finding: what a process that starts counts on with.</summary>
    public async Task<IReadOnlyList<OpenFinding>> OpenAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Findings.Where(f => f.ClosedAt == null).Select(f => new OpenFinding(f.Id, f.Kind, f.Subject)).ToListAsync(cancellationToken);
    }

    private static IQueryable<Finding> Filtered(ConsoleDbContext db, FindingFilter filter)
    {
        var findings = db.Findings.AsNoTracking();
        if (filter.IsOpen is { } open)
            findings = open ? findings.Where(f => f.ClosedAt == null) : findings.Where(f => f.ClosedAt != null);
        if (filter.Kind is { } kind)
            findings = findings.Where(f => f.Kind == kind);
        if (filter.AgentNumber is { } agent)
            findings = findings.Where(f => f.AgentNumber == agent);
        if (filter.Owner is { } owner)
            findings = findings.Where(f => f.Agent!.Owner == owner);
        if (filter.Subject is { } subject)
            findings = findings.Where(f => f.Subject == subject);
        return findings;
    }

    private static IQueryable<FindingRow> Rows(IQueryable<Finding> findings)
        => findings.Select(f => new FindingRow(
            f.Id, f.Kind, f.Subject, f.AgentNumber, f.Agent == null ? null : f.Agent.SpiffeId, f.Agent == null ? null : f.Agent.Owner,
            f.Detail, f.Measured, f.Reference, f.FirstSeenAt, f.LastSeenAt, f.Count, f.ClosedAt, f.ClosedBy, f.ClosedReason));
}

/// <summary>Which findings to list. Nulls do not filter.</summary>
public sealed record FindingFilter
{
    /// <summary>Only what still holds.</summary>
    public static FindingFilter Open { get; } = new() { IsOpen = true };

    public bool? IsOpen { get; init; }
    public FindingKind? Kind { get; init; }
    public int? AgentNumber { get; init; }
    /// <summary>The user name of the agent's owner.</summary>
    public string? Owner { get; init; }
    public string? Subject { get; init; }
}

/// <summary>A finding; <paramref name="Id"/> is the leaf that opened it. Times are UTC.</summary>
public sealed record FindingRow(
    long Id, FindingKind Kind, string Subject, int? AgentNumber, string? Agent, string? Owner, string Detail, string? Measured, string? Reference,
    DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, long Count, DateTimeOffset? ClosedAt, string? ClosedBy, string? ClosedReason)
{
    public bool IsOpen => ClosedAt is null;
}

/// <summary>What is known of an open finding in memory.</summary>
public sealed record OpenFinding(long Id, FindingKind Kind, string Subject);
