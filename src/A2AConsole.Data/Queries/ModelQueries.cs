using A2AConsole.Core.Alerts;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads models, and what they learn from.</summary>
public sealed class ModelQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The model in use, or null.</summary>
    public async Task<DetectionModel?> ActiveAsync(string kind, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DetectionModels.AsNoTracking().Where(m => m.Kind == kind && m.IsActive).OrderByDescending(m => m.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>When a model of a kind was trained last, whatever became of it; null: never.</summary>
    public async Task<DateTimeOffset?> LastTrainedAsync(string kind, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.DetectionModels.Where(m => m.Kind == kind).OrderByDescending(m => m.Id).Select(m => (DateTimeOffset?)m.TrainedAt).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The newest alerts that were found to be true or benign, oldest first. Duplicates say nothing of it.</summary>
    public async Task<IReadOnlyList<Alert>> JudgedAsync(int most, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var newest = await context.Alerts.AsNoTracking().Where(a => a.Verdict == AlertVerdict.TruePositive || a.Verdict == AlertVerdict.Benign).OrderByDescending(a => a.Id).Take(most).ToListAsync(cancellationToken);
        newest.Reverse();
        return newest;
    }

    /// <summary>Alerts that are still worked on.</summary>
    public async Task<IReadOnlyList<Alert>> UnjudgedAsync(int most, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Alerts.AsNoTracking().Where(a => a.State != AlertState.Closed).OrderByDescending(a => a.Id).Take(most).ToListAsync(cancellationToken);
    }
}
