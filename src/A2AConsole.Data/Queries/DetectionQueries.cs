using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>A threshold that verdicts moved.</summary>
public sealed record ThresholdShift(AlertKind Kind, string AgentId, string Cause, double Shift);

/// <summary>Reads what detection goes by.</summary>
public sealed class DetectionQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Cursor and state, or null before the first.</summary>
    public async Task<DetectionCheckpoint?> CheckpointAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DetectionCheckpoints.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<ThresholdShift>> ShiftsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DetectionThresholds.Where(t => t.Shift != 0).Select(t => new ThresholdShift(t.Kind, t.AgentId, t.Cause, t.Shift)).ToListAsync(cancellationToken);
    }

    /// <summary>Suppressions that end after a time; one that was ended early ends then.</summary>
    public async Task<IReadOnlyList<AlertSuppression>> SuppressionsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AlertSuppressions.AsNoTracking().Where(s => s.Until > since && (s.EndedAt == null || s.EndedAt > since)).OrderBy(s => s.Id).ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, RiskTier>> TiersAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Agents.Select(a => new { a.SpiffeId, a.Tier }).ToDictionaryAsync(a => a.SpiffeId, a => a.Tier, cancellationToken);
    }
}
