using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What hangs on the authority's keys: which agents live by them, and which run out first when nothing is issued any more.</summary>
public sealed class AuthorityQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>
    /// By issuing key: the agents whose newest certificate is from it, valid at <paramref name="now"/> and not revoked, and when the
    /// last of these ends. Keys that nobody lives by are not in it.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, IssuerUse>> UseByIssuerAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Live(context, now)
            .GroupBy(c => c.IssuerKeyId)
            .Select(g => new { g.Key, Agents = g.Count(), Last = g.Max(c => c.NotAfter) })
            .ToDictionaryAsync(g => g.Key, g => new IssuerUse(g.Agents, g.Last), cancellationToken);
    }

    /// <summary>The agents whose certificates end first: what an authority that does not answer stops, and when.</summary>
    public async Task<IReadOnlyList<ExpiringAgent>> NextToExpireAsync(int count, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Agents.Where(a => a.State == AgentState.Active && a.CertificateNotAfter > now)
            .OrderBy(a => a.CertificateNotAfter).ThenBy(a => a.Number).Take(count)
            .Select(a => new ExpiringAgent(a.Number, a.SpiffeId, a.Name, a.Owner, a.Tier, a.CertificateNotAfter!.Value, a.IsDemo))
            .ToListAsync(cancellationToken);
    }

    private static IQueryable<Certificate> Live(ConsoleDbContext context, DateTimeOffset now)
        => context.Certificates.Where(c => c.NotAfter > now && c.RevokedAt == null && c.Agent!.CertificateSerial == c.Serial);
}

/// <summary>Who lives by an issuing key.</summary>
/// <param name="Agents">Agents whose newest certificate is from it and counts.</param>
/// <param name="Last">When the last of these certificates ends (UTC).</param>
public sealed record IssuerUse(int Agents, DateTimeOffset Last);

/// <summary>An agent and the end of its newest certificate (UTC).</summary>
public sealed record ExpiringAgent(int Number, string SpiffeId, string Name, string? Owner, RiskTier Tier, DateTimeOffset NotAfter, bool IsDemo);
