using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads an incident with everything that belongs into its evidence pack.</summary>
public sealed class EvidencePackQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The incident with its alerts, steps and tasks; null when there is none.</summary>
    public async Task<Incident?> ReadAsync(long incident, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Incidents.AsNoTracking().AsSplitQuery().Include(i => i.Steps).Include(i => i.Tasks).Include(i => i.Alerts).ThenInclude(a => a.Steps).SingleOrDefaultAsync(i => i.Id == incident, cancellationToken);
    }

    /// <summary>The leaves of decisions and approvals about messages, by the messages' leaves.</summary>
    public async Task<IReadOnlyList<long>> DecisionLeavesAsync(IReadOnlyCollection<long> messages, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Decisions.Where(d => messages.Contains(d.MessageLeaf)).Select(d => d.Id).ToListAsync(cancellationToken);
    }
}
