using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Registration;

/// <summary>
/// Gives agents that were invited before there were entries one for each role, with what they had until then: a join token and the certificates'
/// usual lifetime. Only while there is no entry at all, so what an administrator registers is never added to.
/// </summary>
public sealed class EntryAdoption(EntryQueries queries, IRegistrations registrations, TrustOptions options)
{
    /// <summary>Makes the entries; returns how many.</summary>
    public async Task<int> AdoptAsync(CancellationToken cancellationToken = default)
    {
        if (await queries.AgentsWithoutEntriesAsync(cancellationToken) is not { } groups)
            return 0;
        List<(EntryTerms Terms, bool IsDemo)> entries = [.. groups.GroupBy(g => (g.Environment, g.Role)).OrderBy(g => g.Key).Select(role => (new EntryTerms
        {
            Environment = role.Key.Environment, Role = role.Key.Role, Name = EntryTerms.EveryName,
            Organisation = role.OrderByDescending(g => g.Count).ThenBy(g => g.Organisation, StringComparer.Ordinal).First().Organisation.Trim(),
            Owner = role.Select(g => g.Owner).Distinct().Count() == 1 ? role.First().Owner : null,
            Tier = role.Max(g => g.Tier),
            Lifetime = LifetimeRule.EntryLifetimeFor(options.SvidLifetime),
            KeyAlgorithms = [AlgorithmRegistry.Default.Id],
            Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
        }, role.All(g => g.IsDemo)))];
        foreach (var (terms, isDemo) in entries)
            await registrations.CreateAsync(terms, "system", isDemo, cancellationToken);
        return entries.Count;
    }
}
