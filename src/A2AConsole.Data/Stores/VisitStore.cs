using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>When people worked here: what "since my last shift" counts from.</summary>
public sealed class VisitStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>Away for so long, and a new shift begins. Longer than a meal and a meeting, shorter than a night.</summary>
    public static readonly TimeSpan Away = TimeSpan.FromHours(3);

    // A visit is known to the minute; every page opened writes otherwise.
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    /// <summary>Notes that somebody is here, and says when her shift before this one ended (UTC); null on the first.</summary>
    public async Task<DateTimeOffset?> SeenAsync(string user, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visit = await db.UserVisits.AsNoTracking().FirstOrDefaultAsync(v => v.User == user, cancellationToken);
        if (visit is null)
        {
            db.UserVisits.Add(new UserVisit { User = user, LastSeenAt = now });
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException) { /* Another page of hers was faster: it says the same. */ }
            return null;
        }
        if (now - visit.LastSeenAt < Grain)
            return visit.PreviousEndedAt;
        var previous = now - visit.LastSeenAt >= Away ? visit.LastSeenAt : visit.PreviousEndedAt;
        // Conditional: of two pages opened at once after a night, only one ends the shift.
        await db.UserVisits.Where(v => v.User == user && v.LastSeenAt == visit.LastSeenAt)
            .ExecuteUpdateAsync(s => s.SetProperty(v => v.LastSeenAt, now).SetProperty(v => v.PreviousEndedAt, previous), cancellationToken);
        return previous;
    }
}
