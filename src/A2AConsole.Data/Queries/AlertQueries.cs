using System.Runtime.CompilerServices;
using A2AConsole.Core.Alerts;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Alerts in lists.</summary>
public sealed class AlertQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int ExportPage = 1_000;

    /// <summary>
    /// A page in the order of <paramref name="sort"/>; <paramref name="before"/> goes on behind that alert, <paramref name="after"/> back to what stands before it. An alert
    /// that is not there any more counts as no place.
    /// </summary>
    public async Task<Page<AlertRow>> PageAsync(AlertFilter filter, AlertSort sort, long? before, long? after, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var alerts = Filtered(db, filter);
        var backwards = after is not null;
        var isPlaced = false;
        if ((after ?? before) is { } at && await db.Alerts.Where(a => a.Id == at).Select(a => new { a.Severity, Rank = a.Rank ?? -1 }).FirstOrDefaultAsync(cancellationToken) is { } place)
            (alerts, isPlaced) = (Beyond(alerts, sort, backwards, at, place.Severity, place.Rank), true);
        var rows = await Rows(Ordered(alerts, sort, backwards)).Take(take + 1).ToListAsync(cancellationToken);
        var more = rows.Count > take;
        if (more)
            rows.RemoveAt(take);
        if (backwards)
            rows.Reverse();
        return backwards ? new(rows, more, isPlaced && rows.Count > 0) : new(rows, isPlaced, more);
    }

    /// <summary>The named alerts as they are now, in no order.</summary>
    public async Task<IReadOnlyList<AlertRow>> RowsAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(db.Alerts.AsNoTracking().Where(a => ids.Contains(a.Id))).ToListAsync(cancellationToken);
    }

    /// <summary>Everything that passes, at most <paramref name="max"/>, newest first: what "all in this filter" chooses.</summary>
    public async Task<IReadOnlyList<AlertRow>> FirstAsync(AlertFilter filter, int max, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(Filtered(db, filter).OrderByDescending(a => a.Id)).Take(max).ToListAsync(cancellationToken);
    }

    /// <summary>How many pass, by where the work stands, whichever tab the filter names.</summary>
    public async Task<AlertCounts> CountsAsync(AlertFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var counts = await Filtered(db, filter with { Work = AlertWork.All }).GroupBy(a => a.State).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        int Of(params AlertState[] states) => counts.Where(c => states.Contains(c.Key)).Sum(c => c.Count);
        return new(Of(AlertState.New), Of(AlertState.Open, AlertState.InIncident), Of(AlertState.Closed));
    }

    /// <summary>The newest alert that passes, or -1.</summary>
    public async Task<long> NewestAsync(AlertFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Filtered(db, filter).OrderByDescending(a => a.Id).Select(a => (long?)a.Id).FirstOrDefaultAsync(cancellationToken) ?? -1;
    }

    /// <summary>How many pass that are newer than an alert; counting stops at <paramref name="max"/>.</summary>
    public async Task<int> CountNewerAsync(AlertFilter filter, long id, int max, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Filtered(db, filter).Where(a => a.Id > id).OrderBy(a => a.Id).Take(max).CountAsync(cancellationToken);
    }

    /// <summary>Everything that passes, newest first.</summary>
    public async IAsyncEnumerable<AlertRow> ExportAsync(AlertFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long? before = null;
        while (true)
        {
            var page = await PageAsync(filter, AlertSort.Time, before, null, ExportPage, cancellationToken);
            foreach (var row in page.Rows)
                yield return row;
            if (!page.HasNext)
                yield break;
            before = page.Rows[^1].Id;
        }
    }

    /// <summary>The alerts that were seen in a time, the gravest first: what is marked on a picture of it.</summary>
    public async Task<IReadOnlyList<AlertRow>> MarksAsync(DateTimeOffset from, DateTimeOffset to, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(Filtered(db, new AlertFilter { From = from, To = to }).Where(a => a.Verdict == null || a.Verdict == AlertVerdict.TruePositive)
            .OrderByDescending(a => a.Severity).ThenByDescending(a => a.Id)).Take(take).ToListAsync(cancellationToken);
    }

    internal static IQueryable<AlertRow> Rows(IQueryable<Alert> alerts)
        => alerts.Select(a => new AlertRow(
            a.Id, a.Kind, a.Group, a.Severity, a.State, a.Verdict, a.AgentId, a.AgentNumber, a.Role, a.Cause, a.Sentence, a.Score, a.Rank, a.Count, a.FirstSeenAt, a.LastSeenAt, a.RaisedAt, a.Money, a.Currency,
            a.Assignee, a.IncidentId, a.Demo));

    internal static IQueryable<Alert> Filtered(ConsoleDbContext db, AlertFilter filter)
    {
        var alerts = db.Alerts.AsNoTracking();
        alerts = filter.Work switch
        {
            AlertWork.New => alerts.Where(a => a.State == AlertState.New),
            AlertWork.Open => alerts.Where(a => a.State == AlertState.Open || a.State == AlertState.InIncident),
            AlertWork.Closed => alerts.Where(a => a.State == AlertState.Closed),
            _ => alerts,
        };
        if (filter.Severity is { } severity)
            alerts = alerts.Where(a => a.Severity >= severity);
        if (filter.Group is { } group)
            alerts = alerts.Where(a => a.Group == group);
        if (filter.Kind is { } kind)
            alerts = alerts.Where(a => a.Kind == kind);
        if (filter.Agent is { } agent)
        {
            var part = Part(agent);
            alerts = agent.StartsWith("spiffe://", StringComparison.Ordinal) ? alerts.Where(a => a.AgentId == agent) : alerts.Where(a => EF.Functions.Like(a.AgentId, part, Escape));
        }
        if (filter.Assignee is { } assignee)
            alerts = assignee.Length == 0 ? alerts.Where(a => a.Assignee == null) : alerts.Where(a => a.Assignee == assignee);
        if (filter.Incident is { } incident)
            alerts = alerts.Where(a => a.IncidentId == incident);
        if (filter.From is { } from)
            alerts = alerts.Where(a => a.LastSeenAt >= from);
        if (filter.To is { } to)
            alerts = alerts.Where(a => a.FirstSeenAt < to);
        if (filter.Text?.Trim() is { Length: > 0 } text)
        {
            var part = Part(text);
            alerts = alerts.Where(a => EF.Functions.Like(a.Sentence, part, Escape) || EF.Functions.Like(a.Cause, part, Escape) || EF.Functions.Like(a.AgentId, part, Escape));
        }
        return alerts;
    }

    internal static IOrderedQueryable<Alert> Ordered(IQueryable<Alert> alerts, AlertSort sort, bool backwards) => (sort, backwards) switch
    {
        (AlertSort.Severity, false) => alerts.OrderByDescending(a => a.Severity).ThenByDescending(a => a.Id),
        (AlertSort.Severity, true) => alerts.OrderBy(a => a.Severity).ThenBy(a => a.Id),
        (AlertSort.Rank, false) => alerts.OrderByDescending(a => a.Rank ?? -1).ThenByDescending(a => a.Id),
        (AlertSort.Rank, true) => alerts.OrderBy(a => a.Rank ?? -1).ThenBy(a => a.Id),
        (_, false) => alerts.OrderByDescending(a => a.Id),
        _ => alerts.OrderBy(a => a.Id),
    };

    internal static IQueryable<Alert> Beyond(IQueryable<Alert> alerts, AlertSort sort, bool backwards, long id, AlertSeverity severity, double rank) => (sort, backwards) switch
    {
        (AlertSort.Severity, false) => alerts.Where(a => a.Severity < severity || a.Severity == severity && a.Id < id),
        (AlertSort.Severity, true) => alerts.Where(a => a.Severity > severity || a.Severity == severity && a.Id > id),
        (AlertSort.Rank, false) => alerts.Where(a => (a.Rank ?? -1) < rank || (a.Rank ?? -1) == rank && a.Id < id),
        (AlertSort.Rank, true) => alerts.Where(a => (a.Rank ?? -1) > rank || (a.Rank ?? -1) == rank && a.Id > id),
        (_, false) => alerts.Where(a => a.Id < id),
        _ => alerts.Where(a => a.Id > id),
    };

    internal const string Escape = "\\";

    /// <summary>A LIKE pattern for a part, whatever characters it has.</summary>
    internal static string Part(string text) => "%" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal) + "%";
}
