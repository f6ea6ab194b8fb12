using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Registration;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Registration;

/// <summary>
/// Gives agents that were invited before there were entries one for each role, with what they had until then: a join token and the certificates'
/// usual lifetime. Only while there is no entry at all, so what an administrator registers is never added to.
/// </summary>
public sealed class EntryAdoption(IDbContextFactory<ConsoleDbContext> contexts, IRegistrations registrations, TrustOptions options)
{
    /// <summary>Makes the entries; returns how many.</summary>
    public async Task<int> AdoptAsync(CancellationToken cancellationToken = default)
    {
        List<(EntryTerms Terms, bool IsDemo)> entries;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await db.RegistrationEntries.AnyAsync(cancellationToken))
                return 0;
            var groups = await db.Agents.GroupBy(a => new { a.Environment, a.Role, a.Organisation, a.Owner, a.Tier, a.IsDemo })
                .Select(g => new { g.Key.Environment, g.Key.Role, g.Key.Organisation, g.Key.Owner, g.Key.Tier, g.Key.IsDemo, Count = g.Count() }).ToListAsync(cancellationToken);
            entries = [.. groups.GroupBy(g => (g.Environment, g.Role)).OrderBy(g => g.Key).Select(role => (new EntryTerms
            {
                Environment = role.Key.Environment, Role = role.Key.Role, Name = EntryTerms.EveryName,
                Organisation = role.OrderByDescending(g => g.Count).ThenBy(g => g.Organisation, StringComparer.Ordinal).First().Organisation.Trim(),
                Owner = role.Select(g => g.Owner).Distinct().Count() == 1 ? role.First().Owner : null,
                Tier = role.Max(g => g.Tier),
                Lifetime = LifetimeRule.EntryLifetimeFor(options.SvidLifetime),
                KeyAlgorithms = [AlgorithmRegistry.Default.Id],
                Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
            }, role.All(g => g.IsDemo)))];
        }
        foreach (var (terms, isDemo) in entries)
            await registrations.CreateAsync(terms, "system", isDemo, cancellationToken);
        return entries.Count;
    }
}
