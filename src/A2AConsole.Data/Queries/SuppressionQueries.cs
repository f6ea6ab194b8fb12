using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Alerts that are held back for a while.</summary>
public sealed class SuppressionQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Those that hold or will hold, by their end; or with <paramref name="ended"/> those that are over, the latest first. Times are UTC.</summary>
    public async Task<IReadOnlyList<AlertSuppression>> ListAsync(bool ended, DateTimeOffset now, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = db.AlertSuppressions.AsNoTracking();
        return ended
            ? await all.Where(s => s.EndedAt != null || s.Until <= now).OrderByDescending(s => s.Id).Take(take).ToListAsync(cancellationToken)
            : await all.Where(s => s.EndedAt == null && s.Until > now).OrderBy(s => s.Until).ThenBy(s => s.Id).Take(take).ToListAsync(cancellationToken);
    }
}
