using A2AConsole.Core.Alerts;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What waits for people, as bounded counts: the rail and the Overview show them to everybody all the time.</summary>
public sealed class QueueQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Counting stops here.</summary>
    public const int Most = 1_000;

    /// <summary>Where each queue stands.</summary>
    public async Task<QueueLengths> ReadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new QueueLengths(
            await db.Alerts.Where(a => a.State == AlertState.New).OrderBy(a => a.Id).Take(Most).CountAsync(cancellationToken),
            await db.Alerts.Where(a => a.State == AlertState.New && a.Severity >= AlertSeverity.High).OrderBy(a => a.Id).Take(Most).CountAsync(cancellationToken),
            await db.Incidents.Where(i => i.State != IncidentState.Closed).OrderBy(i => i.Id).Take(Most).CountAsync(cancellationToken),
            await db.Approvals.Where(a => a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack).OrderBy(a => a.Id).Take(Most).CountAsync(cancellationToken),
            await db.QuarantineItems.Where(q => q.Case == null || q.Case.EndedAt == null).OrderByDescending(q => q.Id).Take(Most).CountAsync(cancellationToken),
            await db.ReviewItems.Where(r => r.Decision == ReviewDecision.Pending && r.Campaign!.FinishedAt == null).OrderBy(r => r.CampaignId).ThenBy(r => r.AgentNumber).Take(Most).CountAsync(cancellationToken));
    }

    /// <summary>Changes whenever somebody or something touched an alert or an incident: the newest step of each.</summary>
    public async Task<(int Alerts, int Incidents)> StampAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await db.AlertSteps.MaxAsync(s => (int?)s.Id, cancellationToken) ?? 0, await db.IncidentSteps.MaxAsync(s => (int?)s.Id, cancellationToken) ?? 0);
    }
}

/// <summary>Lengths of the queues; <see cref="QueueQueries.Most"/> means that many or more.</summary>
/// <param name="Alerts">New alerts…</param>
/// <param name="Grave">…and those of them that are high or critical.</param>
/// <param name="Incidents">Incidents that are not closed.</param>
/// <param name="Approvals">Requests that wait for a person.</param>
/// <param name="Quarantine">Refused items that nobody decided.</param>
/// <param name="Reviews">Agents whose review waits.</param>
public sealed record QueueLengths(int Alerts, int Grave, int Incidents, int Approvals, int Quarantine, int Reviews);
