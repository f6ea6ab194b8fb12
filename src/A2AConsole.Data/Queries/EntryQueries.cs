using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Which entries to list; null: all.</summary>
public sealed record EntryFilter
{
    /// <summary>A part of environment, role, name or organisation.</summary>
    public string? Text { get; init; }
    public string? Environment { get; init; }
    public string? Role { get; init; }
    public RiskTier? Tier { get; init; }
    /// <summary>Only entries that require this kind of evidence.</summary>
    public string? Kind { get; init; }
    public bool? IsEnabled { get; init; }
    /// <summary>Only entries whose tier asks for more than they do (or, false, only the others).</summary>
    public bool? HasShortfall { get; init; }
}

/// <summary>An entry in a list: what it says, its state, and how many agents hold a certificate under it.</summary>
public sealed record EntryRow(
    RegisteredEntry Entry, TierShortfall? Shortfall, int Agents,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset ChangedAt, string ChangedBy);

/// <summary>Reads registration entries. There are as many as roles, not as agents, so lists are cut from all of them.</summary>
public sealed class EntryQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>All entries, for deciding by.</summary>
    public async Task<IReadOnlyList<RegisteredEntry>> AllAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.RegistrationEntries.AsNoTracking().Include(e => e.Evidence).ToListAsync(cancellationToken);
        return [.. rows.Select(EntryChanges.Read)];
    }

    /// <summary>The agents by what entries are made of, while there is no entry at all; null once there is one.</summary>
    public async Task<IReadOnlyList<AgentGroup>?> AgentsWithoutEntriesAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.RegistrationEntries.AnyAsync(cancellationToken)
            ? null
            : await db.Agents.GroupBy(a => new { a.Environment, a.Role, a.Organisation, a.Owner, a.Tier, a.IsDemo })
                .Select(g => new AgentGroup(g.Key.Environment, g.Key.Role, g.Key.Organisation, g.Key.Owner, g.Key.Tier, g.Key.IsDemo, g.Count())).ToListAsync(cancellationToken);
    }

    /// <summary>A page of entries by environment, role and name; every name of a role goes first. <paramref name="skip"/> and <paramref name="take"/> count entries.</summary>
    public async Task<(IReadOnlyList<EntryRow> Rows, int Total)> PageAsync(EntryFilter filter, int skip = 0, int take = 50, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var matching = (await RowsAsync(db, Filtered(db, filter), cancellationToken)).Where(r => filter.HasShortfall is not { } has || r.Shortfall is not null == has).ToList();
        return ([.. matching.Skip(skip).Take(take)], matching.Count);
    }

    /// <summary>An entry, or null.</summary>
    public async Task<EntryRow?> FindAsync(int id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await RowsAsync(db, db.RegistrationEntries.Where(e => e.Id == id), cancellationToken)).FirstOrDefault();
    }

    /// <summary>The agents whose newest certificate was issued under an entry, by name; <paramref name="after"/>: the last of the page before.</summary>
    public async Task<IReadOnlyList<AgentRow>> AgentsAsync(int id, AgentRow? after = null, int take = 50, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var agents = db.Agents.AsNoTracking().Where(a => a.EntryId == id);
        if (after is not null)
            agents = agents.Where(a => string.Compare(a.Name, after.Name) > 0 || (a.Name == after.Name && a.Number > after.Number));
        return await agents.OrderBy(a => a.Name).ThenBy(a => a.Number).Select(AgentQueries.ToRow).Take(take).ToListAsync(cancellationToken);
    }

    private static IQueryable<RegistrationEntry> Filtered(ConsoleDbContext db, EntryFilter filter)
    {
        var entries = db.RegistrationEntries.AsQueryable();
        if (filter.Text?.Trim() is { Length: > 0 } text)
        {
            var lower = text.ToLowerInvariant();
            entries = entries.Where(e => e.Environment.Contains(lower) || e.Role.Contains(lower) || e.Name.Contains(lower) || e.Organisation.Contains(text));
        }
        if (filter.Environment is { } environment)
            entries = entries.Where(e => e.Environment == environment);
        if (filter.Role is { } role)
            entries = entries.Where(e => e.Role == role);
        if (filter.Tier is { } tier)
            entries = entries.Where(e => e.Tier == tier);
        if (filter.Kind is { } kind)
            entries = entries.Where(e => e.Evidence.Any(k => k.Kind == kind));
        if (filter.IsEnabled is { } enabled)
            entries = entries.Where(e => e.IsEnabled == enabled);
        return entries;
    }

    private static async Task<List<EntryRow>> RowsAsync(ConsoleDbContext db, IQueryable<RegistrationEntry> entries, CancellationToken cancellationToken)
    {
        var rows = await entries.AsNoTracking().Include(e => e.Evidence).OrderBy(e => e.Environment).ThenBy(e => e.Role).ThenBy(e => e.Name).ToListAsync(cancellationToken);
        var counts = await db.Agents.Where(a => a.EntryId != null).GroupBy(a => a.EntryId!.Value).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return [.. rows.Select(r =>
        {
            var entry = EntryChanges.Read(r);
            return new EntryRow(entry, TierRule.Of(entry.Terms), counts.GetValueOrDefault(r.Id), r.CreatedAt, r.CreatedBy, r.ChangedAt, r.ChangedBy);
        })];
    }
}

/// <summary>How many agents of one environment and role share an organisation, an owner and a tier.</summary>
public sealed record AgentGroup(string Environment, string Role, string Organisation, string? Owner, RiskTier Tier, bool IsDemo, int Count);
