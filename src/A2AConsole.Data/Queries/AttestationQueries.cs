using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads agents' attestation history.</summary>
public sealed class AttestationQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>An agent's appraisals, newest first; <paramref name="before"/>: the oldest id of the page before.</summary>
    public async Task<IReadOnlyList<AttestationRecord>> OfAgentAsync(int agentNumber, long? before = null, int take = 50, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var records = db.AttestationRecords.AsNoTracking().Where(r => r.AgentNumber == agentNumber);
        if (before is { } id)
            records = records.Where(r => r.Id < id);
        return await records.OrderByDescending(r => r.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// What the agent ran on when its evidence of this kind was last good for a certificate, or null. What was affirmed and then got
    /// none says nothing: another machine of the fleet may have shown it for an agent that was suspended.
    /// </summary>
    public async Task<string?> RuntimeAsync(string spiffeId, string kind, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AttestationRecords.Where(r => r.Agent!.SpiffeId == spiffeId && r.Kind == kind && r.IsAffirming && r.Runtime != null
                && db.Certificates.Any(c => c.KeyId == r.KeyId && c.AgentNumber == r.AgentNumber))
            .OrderByDescending(r => r.Id).Select(r => r.Runtime).FirstOrDefaultAsync(cancellationToken);
    }
}
