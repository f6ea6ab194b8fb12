using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>Filters under a name. Who made one may change it and take it away; what is shared everybody finds.</summary>
public sealed class SavedViewStore(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>The most of one person on one page.</summary>
    public const int Most = 50;

    /// <summary>Longest name.</summary>
    public const int LongestName = 64;

    /// <summary>The views of a page that somebody finds: hers, and what others share.</summary>
    public async Task<IReadOnlyList<SavedView>> OfAsync(string page, string user, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SavedViews.AsNoTracking().Where(v => v.Page == page && (v.Owner == user || v.IsShared)).OrderBy(v => v.Name).ThenBy(v => v.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Saves a view under a name of hers; one of that name is written anew. Returns what is wrong, or null.</summary>
    public async Task<string?> SaveAsync(string page, string user, string name, string query, bool shared, CancellationToken cancellationToken = default)
    {
        if (Fault(name) is { } fault)
            return fault;
        name = name.Trim();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var view = await db.SavedViews.FirstOrDefaultAsync(v => v.Page == page && v.Owner == user && v.Name == name, cancellationToken);
        if (view is null && await db.SavedViews.CountAsync(v => v.Page == page && v.Owner == user, cancellationToken) >= Most)
            return $"You have {Most} views here already. Take one away first.";
        if (view is null)
            db.SavedViews.Add(view = new SavedView { Page = page, Owner = user, Name = name, Query = query });
        (view.Query, view.IsShared, view.SavedAt) = (query, shared, time.GetUtcNow());
        return await TryAsync(db, cancellationToken);
    }

    /// <summary>Gives a view of hers another name, shares it or keeps it. Returns what is wrong, or null.</summary>
    public async Task<string?> ChangeAsync(int id, string user, string name, bool shared, CancellationToken cancellationToken = default)
    {
        if (Fault(name) is { } fault)
            return fault;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.SavedViews.FirstOrDefaultAsync(v => v.Id == id && v.Owner == user, cancellationToken) is not { } view)
            return "There is no such view of yours any more.";
        (view.Name, view.IsShared) = (name.Trim(), shared);
        return await TryAsync(db, cancellationToken);
    }

    /// <summary>Takes a view of hers away; false when there was none.</summary>
    public async Task<bool> RemoveAsync(int id, string user, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SavedViews.Where(v => v.Id == id && v.Owner == user).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    private static string? Fault(string name) => name.Trim().Length is 0 or > LongestName ? $"A view needs a name of at most {LongestName} characters." : null;

    private static async Task<string?> TryAsync(ConsoleDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException)
        {
            return "You have another view of this name here.";
        }
    }
}
