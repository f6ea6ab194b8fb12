using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Queries;
using A2AConsole.Demo.World;
using A2AConsole.Trust;

namespace A2AConsole.Demo.Identity;

/// <summary>The registration entries of the cast: what each agent has to show before it gets a certificate.</summary>
internal sealed class DemoEntries(DemoPlatform platform, IRegistrations registrations, EntryQueries queries)
{
    // Agents on a platform's word get half of it, those with a join token alone a quarter: an hour each.
    private static readonly TimeSpan OnPlatform = TimeSpan.FromHours(2), OnInvitation = TimeSpan.FromHours(4);

    /// <summary>
    /// Makes the entries that are missing. Entries of the past ask for a join token only; they come to ask for evidence now, before the agents enrol
    /// over the network.
    /// </summary>
    public async Task RequireEvidenceAsync(CancellationToken cancellationToken)
    {
        var known = (await queries.AllAsync(cancellationToken)).ToDictionary(e => e.Terms.ToString(), StringComparer.Ordinal);
        foreach (var terms in Cast.All.Select(TermsOf))
        {
            if (!known.TryGetValue(terms.ToString(), out var entry))
                await registrations.CreateAsync(terms, "system", isDemo: true, cancellationToken);
            else if (terms.Evidence.Count > 1 && entry.IsDemo && entry.Terms.Kinds.SequenceEqual([EvidenceKind.JoinToken]))
                await registrations.ChangeAsync(entry.Id, terms, "system", null, cancellationToken);
        }
    }

    /// <summary>What an agent's entry says.</summary>
    public EntryTerms TermsOf(CastMember member) => new()
    {
        Environment = member.Environment, Role = member.Role, Name = member.Name, Organisation = member.Organisation, Owner = member.Owner, Tier = member.Tier,
        Lifetime = member.Evidence.Count == 0 ? OnInvitation : OnPlatform,
        KeyAlgorithms = [AlgorithmRegistry.Default.Id],
        Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false), .. member.Evidence.Select(kind => new EvidenceTerm(kind, ReferenceOf(member, kind), member.AtRenewal))],
    };

    private string ReferenceOf(CastMember member, string kind) => kind == EvidenceKind.Kubernetes
        ? JsonSerializer.Serialize(new { issuer = DemoPlatform.IssuerOf(member), audience = DemoPlatform.Audience, serviceAccounts = new[] { $"{member.Role}:{member.Name}" } })
        : JsonSerializer.Serialize(new
        {
            builders = new[] { new { id = ImageEvidence.BuilderId, keys = new[] { platform.Builder.PublicPem } } },
            buildTypes = new[] { ImageEvidence.BuildType },
            sources = new[] { ImageEvidence.SourceOf(member) },
            images = new[] { "sha256:" + DemoPlatform.ImageOf(member) },
            policyBundles = new[] { "sha256:" + DemoPlatform.BundleOf(member) },
            platforms = new[] { platform.ClusterOf(member).PublicPem },
        });
}
