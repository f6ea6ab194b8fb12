using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>How far each destination of the export is.</summary>
public sealed class ExportCursors(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The destination's row; made to begin at <paramref name="first"/> when it is new.</summary>
    public async Task<ExportCursor> OpenAsync(string name, long first, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.ExportCursors.FirstOrDefaultAsync(c => c.Name == name, cancellationToken) is { } known)
            return known;
        var cursor = new ExportCursor { Name = name, Next = first };
        db.ExportCursors.Add(cursor);
        await db.SaveChangesAsync(cancellationToken);
        return cursor;
    }

    /// <summary>Writes where it stands.</summary>
    public async Task SaveAsync(ExportCursor cursor, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var outcome = cursor.Outcome is null ? null : LedgerLeaf.Sentence(cursor.Outcome);
        await db.ExportCursors.Where(c => c.Name == cursor.Name).ExecuteUpdateAsync(set => set.SetProperty(c => c.Next, cursor.Next).SetProperty(c => c.Sent, cursor.Sent).SetProperty(c => c.Dead, cursor.Dead)
            .SetProperty(c => c.SentAt, cursor.SentAt).SetProperty(c => c.FailingSince, cursor.FailingSince).SetProperty(c => c.Outcome, outcome), cancellationToken);
    }

    /// <summary>All destinations that were ever used.</summary>
    public async Task<IReadOnlyList<ExportCursor>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ExportCursors.AsNoTracking().OrderBy(c => c.Name).ToListAsync(cancellationToken);
    }
}
