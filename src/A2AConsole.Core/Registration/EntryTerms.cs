using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Registration;

/// <summary>One kind of evidence that an entry requires.</summary>
/// <param name="Kind">One of <see cref="Attestation.EvidenceKind"/>.</param>
/// <param name="Reference">Reference values: a JSON object in the kind's shape.</param>
/// <param name="AtRenewal">Whether a renewal needs it afresh, too.</param>
public sealed record EvidenceTerm(string Kind, string Reference, bool AtRenewal);

/// <summary>What an entry says: which identities of one environment and one role may be issued, to whom, on what evidence.</summary>
public sealed record EntryTerms
{
    /// <summary>As <see cref="Name"/>: every name of the role.</summary>
    public const string EveryName = "*";

    public required string Environment { get; init; }
    public required string Role { get; init; }
    /// <summary>The agent's name, or <see cref="EveryName"/>.</summary>
    public required string Name { get; init; }
    public required string Organisation { get; init; }
    /// <summary>The owner that its agents begin with, or null.</summary>
    public string? Owner { get; init; }
    public required RiskTier Tier { get; init; }
    /// <summary>The longest lifetime of its certificates: what agents on hardware evidence get (<see cref="LifetimeRule"/>).</summary>
    public required TimeSpan Lifetime { get; init; }
    /// <summary>Ids of the key algorithms that its agents may use (<see cref="Crypto.AlgorithmRegistry"/>).</summary>
    public required IReadOnlyList<string> KeyAlgorithms { get; init; }
    public bool RequiresDualSignature { get; init; }
    public required IReadOnlyList<EvidenceTerm> Evidence { get; init; }

    /// <summary>Whether it is for every name of its role.</summary>
    public bool IsForEveryName => Name == EveryName;

    /// <summary>The kinds of evidence that it requires.</summary>
    public IEnumerable<string> Kinds => Evidence.Select(e => e.Kind);

    /// <summary>How people are told which entry it is: <c>prod/planning/forecast</c>.</summary>
    public override string ToString() => $"{Environment}/{Role}/{Name}";
}

/// <summary>An entry on record.</summary>
public sealed class RegisteredEntry
{
    /// <summary>Takes the row's id and what it says.</summary>
    public RegisteredEntry(int id, EntryTerms terms, bool isEnabled = true, bool isDemo = false)
        => (Id, Terms, IsEnabled, IsDemo, Digest) = (id, terms, isEnabled, isDemo, DigestOf(id, terms));

    public int Id { get; }
    public EntryTerms Terms { get; }
    /// <summary>False: nothing is issued or renewed under it.</summary>
    public bool IsEnabled { get; }
    public bool IsDemo { get; }

    /// <summary>
    /// SHA-256 over id and terms (32 bytes): certificates name it, so that it can be told later under which wording of the entry they were
    /// issued. Each text is preceded by its length in bytes, so that no two wordings read alike.
    /// </summary>
    public ReadOnlyMemory<byte> Digest { get; }

    private static byte[] DigestOf(int id, EntryTerms terms)
    {
        var text = new StringBuilder();
        Add("a2aconsole-entry-v1");
        Add($"{id}");
        foreach (var part in (string[])[terms.Environment, terms.Role, terms.Name, terms.Organisation, terms.Owner ?? "", $"{terms.Tier}", $"{(long)terms.Lifetime.TotalSeconds}",
            terms.RequiresDualSignature ? "dual" : "single", $"{terms.KeyAlgorithms.Count}", .. terms.KeyAlgorithms])
            Add(part);
        foreach (var evidence in terms.Evidence.OrderBy(e => e.Kind, StringComparer.Ordinal))
        {
            Add(evidence.Kind);
            Add(evidence.Reference);
            Add(evidence.AtRenewal ? "renewal" : "enrolment");
        }
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));

        void Add(string part) => text.Append(Encoding.UTF8.GetByteCount(part)).Append(':').Append(part);
    }
}
