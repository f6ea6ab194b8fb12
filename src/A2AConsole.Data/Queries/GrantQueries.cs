using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads who was granted what.</summary>
public sealed class GrantQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>An agent with what it has or had and nobody took back.</summary>
    public async Task<GrantHolderFacts?> HolderAsync(int number, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Holders(db, number).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>One grant.</summary>
    public async Task<GrantRow?> FindAsync(int id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(db.Grants.AsNoTracking().Where(g => g.Id == id)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>An agent's grants, those that last longest first.</summary>
    public async Task<IReadOnlyList<GrantRow>> OfAgentAsync(int number, int take = 50, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(db.Grants.AsNoTracking().Where(g => g.AgentNumber == number).OrderBy(g => g.RevokedAt != null).ThenByDescending(g => g.NotAfter).ThenByDescending(g => g.Id).Take(take)).ToListAsync(cancellationToken);
    }

    /// <summary>The grants that count at a moment, those that end first at the top; of one role, or all.</summary>
    public async Task<IReadOnlyList<GrantRow>> LiveAsync(DateTimeOffset now, string? role = null, int take = 500, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var live = db.Grants.AsNoTracking().Where(g => g.RevokedAt == null && g.NotAfter > now);
        if (role is not null)
            live = live.Where(g => g.Role == role);
        return await Rows(live.OrderBy(g => g.NotAfter).ThenBy(g => g.Id).Take(take)).ToListAsync(cancellationToken);
    }

    internal static IQueryable<GrantHolderFacts> Holders(ConsoleDbContext db, int number)
        => db.Agents.AsNoTracking().Where(a => a.Number == number).Select(a => new GrantHolderFacts(a.SpiffeId, a.Environment, a.Owner, a.State,
            db.Grants.Where(g => g.AgentNumber == a.Number && g.RevokedAt == null)
                .Select(g => new GrantFacts(g.Id, g.Role, g.Task, g.Environments, g.NotBefore, g.NotAfter, g.CostLimit, g.RiskLimit)).ToList()));

    private static IQueryable<GrantRow> Rows(IQueryable<Grant> grants)
        => grants.Select(g => new GrantRow(g.Id, g.AgentNumber, g.Agent.SpiffeId, g.Agent.Name, g.Agent.Owner, g.Role, g.Task, g.Environments, g.NotBefore, g.NotAfter, g.CostLimit, g.RiskLimit,
            g.CreatedAt, g.CreatedBy, g.Reason, g.RevokedAt, g.RevokedBy, g.IsDemo));
}

/// <summary>An agent as the rules of grants see it.</summary>
public sealed record GrantHolderFacts(string SpiffeId, string Environment, string? Owner, AgentState State, IReadOnlyList<GrantFacts> Grants);

/// <summary>A grant with its agent; as in <see cref="Grant"/>.</summary>
public sealed record GrantRow(
    int Id, int AgentNumber, string SpiffeId, string Agent, string? Owner, string Role, string Task, string Environments, DateTimeOffset NotBefore, DateTimeOffset NotAfter, long? CostLimit, int? RiskLimit,
    DateTimeOffset CreatedAt, string CreatedBy, string? Reason, DateTimeOffset? RevokedAt, string? RevokedBy, bool IsDemo)
{
    /// <summary>Whether it counts at a moment.</summary>
    public bool IsLive(DateTimeOffset now) => RevokedAt is null && NotBefore <= now && now < NotAfter;
}
