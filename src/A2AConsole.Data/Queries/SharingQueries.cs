using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>One key, or one runtime, that serves more than one identity.</summary>
/// <param name="What">The key's id (SHA-256 of its SubjectPublicKeyInfo) or the runtime as its evidence names it.</param>
/// <param name="Agents">The identities, at least two.</param>
public sealed record SharedUse(string What, IReadOnlyList<SharingAgent> Agents)
{
    /// <summary>Whether identities of more than one environment share it: production's key in staging.</summary>
    public bool CrossesEnvironments => Agents.Select(a => a.Environment).Distinct(StringComparer.Ordinal).Count() > 1;
}

/// <summary>An agent that shares a key or a runtime.</summary>
public sealed record SharingAgent(int Number, string SpiffeId, string Environment, string Role, string Name);

/// <summary>Finds keys and runtimes that serve two identities, by set-based queries over narrow indexes.</summary>
public sealed class SharingQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Keys in the certificates of more than one agent, those that cross environments first. At most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<SharedUse>> KeysAsync(int take = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var shared = db.Certificates.GroupBy(c => c.KeyId).Where(g => g.Min(c => c.AgentNumber) != g.Max(c => c.AgentNumber)).Select(g => g.Key).Take(take);
        var uses = await db.Certificates.Where(c => shared.Contains(c.KeyId))
            .Select(c => new { What = c.KeyId, c.Agent!.Number, c.Agent.SpiffeId, c.Agent.Environment, c.Agent.Role, c.Agent.Name }).Distinct().ToListAsync(cancellationToken);
        return Grouped(uses.Select(u => (u.What, new SharingAgent(u.Number, u.SpiffeId, u.Environment, u.Role, u.Name))));
    }

    /// <summary>Runtimes on which more than one agent attested, those that cross environments first. At most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<SharedUse>> RuntimesAsync(int take = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var affirmed = db.AttestationRecords.Where(r => r.Runtime != null && r.IsAffirming);
        var shared = affirmed.GroupBy(r => r.Runtime).Where(g => g.Min(r => r.AgentNumber) != g.Max(r => r.AgentNumber)).Select(g => g.Key).Take(take);
        var uses = await affirmed.Where(r => shared.Contains(r.Runtime))
            .Select(r => new { What = r.Runtime!, r.Agent!.Number, r.Agent.SpiffeId, r.Agent.Environment, r.Agent.Role, r.Agent.Name }).Distinct().ToListAsync(cancellationToken);
        return Grouped(uses.Select(u => (u.What, new SharingAgent(u.Number, u.SpiffeId, u.Environment, u.Role, u.Name))));
    }

    private static List<SharedUse> Grouped(IEnumerable<(string What, SharingAgent Agent)> uses)
        => [.. uses.GroupBy(u => u.What, u => u.Agent, StringComparer.Ordinal)
            .Select(g => new SharedUse(g.Key, [.. g.OrderBy(a => a.SpiffeId, StringComparer.Ordinal)]))
            .OrderByDescending(s => s.CrossesEnvironments).ThenBy(s => s.What, StringComparer.Ordinal)];
}
