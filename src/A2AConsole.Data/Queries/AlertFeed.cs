using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Which alerts a program asks for. Nulls do not narrow.</summary>
public sealed record AlertFeedFilter
{
    /// <summary>Alerts raised after this one; null: from the first.</summary>
    public long? After { get; init; }
    public AlertState? State { get; init; }
    /// <summary>This severe or more.</summary>
    public AlertSeverity? Severity { get; init; }
    public AlertKind? Kind { get; init; }
    /// <summary>SPIFFE ID.</summary>
    public string? Agent { get; init; }
    /// <summary>User name: alerts about her agents only.</summary>
    public string? Owner { get; init; }
    public DateTimeOffset? Since { get; init; }
    public long? Incident { get; init; }
}

/// <summary>A step on an alert, with the alert as it stands now.</summary>
public sealed record AlertChange(long Leaf, TriageMove Move, Alert Alert);

/// <summary>A step on an incident, with the incident and its alerts as they stand now.</summary>
public sealed record IncidentChange(long Leaf, TriageMove Move, Incident Incident);

/// <summary>Alerts for programs: in the order in which they were raised, so that reading on misses none.</summary>
public sealed class AlertFeed(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>At most <paramref name="take"/> alerts, in the order in which they were raised, with their agents.</summary>
    public async Task<IReadOnlyList<Alert>> PageAsync(AlertFeedFilter filter, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = db.Alerts.AsNoTracking().Include(a => a.Agent).AsQueryable();
        if (filter.After is { } after)
            rows = rows.Where(a => a.Id > after);
        if (filter.State is { } state)
            rows = rows.Where(a => a.State == state);
        if (filter.Severity is { } severity)
            rows = rows.Where(a => a.Severity >= severity);
        if (filter.Kind is { } kind)
            rows = rows.Where(a => a.Kind == kind);
        if (filter.Agent is { } agent)
            rows = rows.Where(a => a.AgentId == agent);
        if (filter.Owner is { } owner)
            rows = rows.Where(a => a.Agent!.Owner == owner);
        if (filter.Since is { } since)
            rows = rows.Where(a => a.RaisedAt >= since);
        if (filter.Incident is { } incident)
            rows = rows.Where(a => a.IncidentId == incident);
        return await rows.OrderBy(a => a.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>One alert with its agent, or null.</summary>
    public async Task<Alert?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Alerts.AsNoTracking().Include(a => a.Agent).FirstOrDefaultAsync(a => a.Id == id, cancellationToken);
    }

    /// <summary>What was done to alerts by the leaves in [<paramref name="from"/>, <paramref name="to"/>), in their order.</summary>
    public async Task<IReadOnlyList<AlertChange>> AlertsAsync(long from, long to, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var steps = await db.AlertSteps.AsNoTracking().Where(s => s.Leaf >= from && s.Leaf < to).Select(s => new { s.Leaf, s.Move, s.AlertId }).ToListAsync(cancellationToken);
        var ids = steps.Select(s => s.AlertId).Distinct().ToList();
        var alerts = await db.Alerts.AsNoTracking().Include(a => a.Agent).Where(a => ids.Contains(a.Id) || (a.Id >= from && a.Id < to)).ToDictionaryAsync(a => a.Id, cancellationToken);
        return
        [
            .. alerts.Values.Where(a => a.Id >= from && a.Id < to).Select(a => new AlertChange(a.Id, TriageMove.Raised, a))
                .Concat(steps.Where(s => s.Leaf != s.AlertId).Select(s => new AlertChange(s.Leaf, s.Move, alerts[s.AlertId]))).OrderBy(c => c.Leaf).ThenBy(c => c.Alert.Id),
        ];
    }

    /// <summary>What was done to incidents by the leaves in [<paramref name="from"/>, <paramref name="to"/>), in their order.</summary>
    public async Task<IReadOnlyList<IncidentChange>> IncidentsAsync(long from, long to, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var steps = await db.IncidentSteps.AsNoTracking().Where(s => s.Leaf >= from && s.Leaf < to).Select(s => new { s.Leaf, s.Move, s.IncidentId }).ToListAsync(cancellationToken);
        var ids = steps.Select(s => s.IncidentId).Distinct().ToList();
        var incidents = await db.Incidents.AsNoTracking().Include(i => i.Alerts).Where(i => ids.Contains(i.Id) || (i.Id >= from && i.Id < to)).ToDictionaryAsync(i => i.Id, cancellationToken);
        return
        [
            .. incidents.Values.Where(i => i.Id >= from && i.Id < to).Select(i => new IncidentChange(i.Id, TriageMove.Created, i))
                .Concat(steps.Where(s => s.Leaf != s.IncidentId).Select(s => new IncidentChange(s.Leaf, s.Move, incidents[s.IncidentId]))).OrderBy(c => c.Leaf).ThenBy(c => c.Incident.Id),
        ];
    }
}
