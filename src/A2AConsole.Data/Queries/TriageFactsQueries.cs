using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>An alert as its leaves name it.</summary>
public sealed record AlertNames(long Id, AlertKind Kind, string AgentId, string? Demo, long? IncidentId);

/// <summary>An incident as its leaves name it.</summary>
public sealed record IncidentNames(long Id, string Title, string? Demo);

/// <summary>Reads what the leaves of triage say of alerts and incidents.</summary>
public sealed class TriageFactsQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Those of these alerts that there are.</summary>
    public async Task<IReadOnlyDictionary<long, AlertNames>> AlertsAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Alerts.Where(a => ids.Contains(a.Id)).Select(a => new AlertNames(a.Id, a.Kind, a.AgentId, a.Demo, a.IncidentId)).ToDictionaryAsync(a => a.Id, cancellationToken);
    }

    /// <summary>The incident, or null.</summary>
    public async Task<IncidentNames?> IncidentAsync(long id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Incidents.Where(i => i.Id == id).Select(i => new IncidentNames(i.Id, i.Title, i.Demo)).SingleOrDefaultAsync(cancellationToken);
    }
}
