using A2AConsole.Core.Crypto;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>The algorithms: what the site decided about them, and who uses them.</summary>
public sealed class AlgorithmQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The most agents on a page of <see cref="UsersAsync"/>.</summary>
    public const int MaxPage = 200;

    /// <summary>The site's decisions, with who took them and why.</summary>
    public async Task<IReadOnlyList<AlgorithmRule>> RulesAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AlgorithmRules.AsNoTracking().OrderBy(r => r.Algorithm).ThenBy(r => r.Use).ToListAsync(cancellationToken);
    }

    /// <summary>The policy that these decisions make.</summary>
    public async Task<AlgorithmPolicy> PolicyAsync(CancellationToken cancellationToken = default)
        => new((await RulesAsync(cancellationToken)).Select(DecisionOf).OfType<AlgorithmDecision>());

    /// <summary>How many agents use which algorithm for what, at all and since <paramref name="since"/>, and when last.</summary>
    public async Task<IReadOnlyList<AlgorithmUsers>> UsageAsync(DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AlgorithmUses.GroupBy(u => new { u.Algorithm, u.Use })
            .Select(g => new AlgorithmUsers(g.Key.Algorithm, g.Key.Use, g.Count(), g.Count(u => u.LastSeenAt >= since), g.Max(u => u.LastSeenAt)))
            .ToListAsync(cancellationToken);
    }

    /// <summary>How many certificates that are valid at <paramref name="now"/> have keys of which algorithm, their own and further ones.</summary>
    public async Task<IReadOnlyList<AlgorithmKeys>> KeysAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var valid = db.Certificates.Where(c => c.NotAfter > now && c.RevokedAt == null);
        var own = await valid.GroupBy(c => c.Algorithm).Select(g => new AlgorithmKeys(g.Key, g.Count(), 0)).ToListAsync(cancellationToken);
        var further = await valid.Where(c => c.SigningAlgorithm != null).GroupBy(c => c.SigningAlgorithm!).Select(g => new AlgorithmKeys(g.Key, 0, g.Count())).ToListAsync(cancellationToken);
        return [.. own.Concat(further).GroupBy(k => k.Algorithm).Select(g => new AlgorithmKeys(g.Key, g.Sum(k => k.Certificates), g.Sum(k => k.SigningKeys))).OrderBy(k => k.Algorithm, StringComparer.Ordinal)];
    }

    /// <summary>Who used an algorithm for something since a moment, the latest first; <paramref name="skip"/> many left out.</summary>
    public async Task<IReadOnlyList<AlgorithmUser>> UsersAsync(string algorithm, string use, DateTimeOffset since, int skip = 0, int take = MaxPage, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AlgorithmUses.Where(u => u.Algorithm == algorithm && u.Use == use && u.LastSeenAt >= since)
            .OrderByDescending(u => u.LastSeenAt).ThenBy(u => u.AgentNumber).Skip(skip).Take(Math.Clamp(take, 1, MaxPage))
            .Select(u => new AlgorithmUser(u.AgentNumber, u.Agent!.SpiffeId, u.Agent.Owner, u.FirstSeenAt, u.LastSeenAt))
            .ToListAsync(cancellationToken);
    }

    /// <summary>
    /// What relies on an algorithm for agents' keys or for envelopes: valid certificates with such keys, and enabled entries whose agents could
    /// have no other key (<see cref="AlgorithmUses.AgentKey"/>), or that ask for two signatures (<see cref="AlgorithmUses.Envelope"/>).
    /// </summary>
    public async Task<AlgorithmReliance> RelianceAsync(SignatureAlgorithm algorithm, AlgorithmUses use, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var valid = db.Certificates.Where(c => c.NotAfter > now && c.RevokedAt == null);
        var entries = db.RegistrationEntries.Where(e => e.IsEnabled);
        return use switch
        {
            AlgorithmUses.AgentKey => new(
                await valid.CountAsync(c => c.Algorithm == algorithm.Id, cancellationToken), await entries.CountAsync(e => e.KeyAlgorithms == algorithm.Id, cancellationToken)),
            AlgorithmUses.Envelope => new(
                await valid.CountAsync(c => c.SigningAlgorithm == algorithm.Id || (c.Algorithm == algorithm.Id && c.SigningAlgorithm == null), cancellationToken),
                algorithm.IsPostQuantum ? await entries.CountAsync(e => e.RequiresDualSignature, cancellationToken) : 0),
            _ => new(0, 0),
        };
    }

    /// <summary>The authority's own certificates on record.</summary>
    public async Task<IReadOnlyList<TrustAnchor>> AuthoritiesAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.TrustAnchors.AsNoTracking().OrderBy(a => a.NotBefore).ThenBy(a => a.Fingerprint).ToListAsync(cancellationToken);
    }

    // A row that a later version wrote, with a status or a use that this one does not know, restricts as much as can be: it is
    // refused here as well, rather than passed over.
    private static AlgorithmDecision? DecisionOf(AlgorithmRule rule)
        => AlgorithmUseNames.Find(rule.Use) is var use and not AlgorithmUses.None
            ? new(rule.Algorithm, use, Enum.TryParse<AlgorithmStatus>(rule.Status, out var status) && Enum.IsDefined(status) ? status : AlgorithmStatus.Forbidden, rule.NotAfter)
            : null;
}

/// <summary>How many agents use an algorithm for something.</summary>
/// <param name="Algorithm">The algorithm's id.</param>
/// <param name="Use">One of <see cref="AlgorithmUseNames"/>.</param>
/// <param name="Agents">How many were ever seen to.</param>
/// <param name="RecentAgents">How many of them lately.</param>
/// <param name="LastSeenAt">When last (UTC, to a quarter of an hour).</param>
public sealed record AlgorithmUsers(string Algorithm, string Use, int Agents, int RecentAgents, DateTimeOffset LastSeenAt);

/// <summary>How many valid certificates have keys of an algorithm: as their own, and as further signing keys.</summary>
public sealed record AlgorithmKeys(string Algorithm, int Certificates, int SigningKeys);

/// <summary>What relies on an algorithm for a use.</summary>
/// <param name="Certificates">Valid certificates whose holders sign or connect with it.</param>
/// <param name="Entries">Enabled registration entries that leave no other choice, or ask for its kind.</param>
public sealed record AlgorithmReliance(int Certificates, int Entries);

/// <summary>An agent that uses an algorithm.</summary>
public sealed record AlgorithmUser(int AgentNumber, string SpiffeId, string? Owner, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt);
