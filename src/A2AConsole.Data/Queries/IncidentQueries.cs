using System.Runtime.CompilerServices;
using A2AConsole.Core.Alerts;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Where the listed incidents stand.</summary>
public enum IncidentWork
{
    /// <summary>Open or contained.</summary>
    Open,
    Closed,
    All,
}

/// <summary>Which incidents to list. Nulls do not filter; times are UTC.</summary>
public sealed record IncidentFilter
{
    public IncidentWork Work { get; init; } = IncidentWork.All;
    /// <summary>This grave at least.</summary>
    public AlertSeverity? Severity { get; init; }
    /// <summary>User name of who leads the work; empty: nobody's.</summary>
    public string? Owner { get; init; }
    /// <summary>Created at this moment or after it…</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>…and before this one.</summary>
    public DateTimeOffset? To { get; init; }
    /// <summary>Part of the title.</summary>
    public string? Text { get; init; }
}

/// <summary>An incident in a list; <paramref name="Id"/> is the leaf that created it. Times are UTC.</summary>
public sealed record IncidentRow(
    long Id, string Title, AlertSeverity Severity, IncidentState State, string? Owner, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt, long? MergedInto, string? Demo,
    int Alerts, int Agents, int TasksOpen, int Tasks);

/// <summary>An incident with its alerts, tasks and history. Steps are oldest first.</summary>
public sealed record IncidentDetail(
    IncidentRow Row, string? Lesson, string? PolicyChange, IReadOnlyList<AlertRow> Alerts, IReadOnlyList<IncidentStep> Steps, IReadOnlyList<AlertStep> AlertSteps, IReadOnlyList<IncidentTask> Tasks);

/// <summary>Incidents in lists and whole.</summary>
public sealed class IncidentQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int ExportPage = 500;
    // An incident of more alerts than this is told by its first ones; its page says so.
    private const int MostAlerts = 500;
    private const int MostSteps = 1_000;

    /// <summary>A page, newest first; <paramref name="before"/> goes on to older ones, <paramref name="after"/> back to newer ones.</summary>
    public async Task<Page<IncidentRow>> PageAsync(IncidentFilter filter, long? before, long? after, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var incidents = Filtered(db, filter);
        var backwards = after is not null;
        if (before is { } older)
            incidents = incidents.Where(i => i.Id < older);
        if (after is { } newer)
            incidents = incidents.Where(i => i.Id > newer);
        var rows = await Rows(backwards ? incidents.OrderBy(i => i.Id) : incidents.OrderByDescending(i => i.Id)).Take(take + 1).ToListAsync(cancellationToken);
        var more = rows.Count > take;
        if (more)
            rows.RemoveAt(take);
        if (backwards)
            rows.Reverse();
        return backwards ? new(rows, more, rows.Count > 0) : new(rows, before is not null, more);
    }

    /// <summary>How many pass that are open, and that are closed, whichever the filter names.</summary>
    public async Task<(int Open, int Closed)> CountsAsync(IncidentFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var counts = await Filtered(db, filter with { Work = IncidentWork.All }).GroupBy(i => i.State == IncidentState.Closed).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return (counts.Where(c => !c.Key).Sum(c => c.Count), counts.Where(c => c.Key).Sum(c => c.Count));
    }

    /// <summary>Those that are not closed, newest first: what alerts can be put into.</summary>
    public async Task<IReadOnlyList<IncidentRow>> OpenAsync(int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(Filtered(db, new IncidentFilter { Work = IncidentWork.Open }).OrderByDescending(i => i.Id)).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>One incident whole, or null.</summary>
    public async Task<IncidentDetail?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var incidents = db.Incidents.AsNoTracking().Where(i => i.Id == id);
        var row = await Rows(incidents).FirstOrDefaultAsync(cancellationToken);
        if (row is null)
            return null;
        var words = await incidents.Select(i => new { i.Lesson, i.PolicyChange }).FirstAsync(cancellationToken);
        var alerts = await AlertQueries.Rows(db.Alerts.AsNoTracking().Where(a => a.IncidentId == id).OrderByDescending(a => a.Severity).ThenBy(a => a.Id)).Take(MostAlerts).ToListAsync(cancellationToken);
        var steps = await db.IncidentSteps.AsNoTracking().Where(s => s.IncidentId == id).OrderBy(s => s.Id).Take(MostSteps).ToListAsync(cancellationToken);
        // What contained it was written down with the alert that it was done from.
        var contained = await (from step in db.AlertSteps.AsNoTracking()
                               join alert in db.Alerts on step.AlertId equals alert.Id
                               where alert.IncidentId == id && (step.Move == TriageMove.Contained || step.Move == TriageMove.ContainmentUndone || step.Move == TriageMove.Noted)
                               orderby step.Id
                               select step).Take(MostSteps).ToListAsync(cancellationToken);
        var tasks = await db.IncidentTasks.AsNoTracking().Where(t => t.IncidentId == id).OrderBy(t => t.Id).ToListAsync(cancellationToken);
        return new IncidentDetail(row, words.Lesson, words.PolicyChange, alerts, steps, contained, tasks);
    }

    /// <summary>Everything that passes, newest first.</summary>
    public async IAsyncEnumerable<IncidentRow> ExportAsync(IncidentFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
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

    internal static IQueryable<IncidentRow> Rows(IQueryable<Incident> incidents)
        => incidents.Select(i => new IncidentRow(
            i.Id, i.Title, i.Severity, i.State, i.Owner, i.CreatedBy, i.CreatedAt, i.ClosedAt, i.MergedInto, i.Demo,
            i.Alerts.Count, i.Alerts.Where(a => a.AgentId != "").Select(a => a.AgentId).Distinct().Count(), i.Tasks.Count(t => t.DoneAt == null), i.Tasks.Count));

    internal static IQueryable<Incident> Filtered(ConsoleDbContext db, IncidentFilter filter)
    {
        var incidents = db.Incidents.AsNoTracking();
        incidents = filter.Work switch
        {
            IncidentWork.Open => incidents.Where(i => i.State != IncidentState.Closed),
            IncidentWork.Closed => incidents.Where(i => i.State == IncidentState.Closed),
            _ => incidents,
        };
        if (filter.Severity is { } severity)
            incidents = incidents.Where(i => i.Severity >= severity);
        if (filter.Owner is { } owner)
            incidents = owner.Length == 0 ? incidents.Where(i => i.Owner == null) : incidents.Where(i => i.Owner == owner);
        if (filter.From is { } from)
            incidents = incidents.Where(i => i.CreatedAt >= from);
        if (filter.To is { } to)
            incidents = incidents.Where(i => i.CreatedAt < to);
        if (filter.Text?.Trim() is { Length: > 0 } text)
        {
            var part = AlertQueries.Part(text);
            incidents = incidents.Where(i => EF.Functions.Like(i.Title, part, AlertQueries.Escape));
        }
        return incidents;
    }
}
