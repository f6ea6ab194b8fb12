using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Trust.Certificates;

/// <summary>What a certificate says of its subject: everything but the keys, the serial and the clock.</summary>
public sealed record CertificateProfile
{
    public required X500DistinguishedName Subject { get; init; }
    /// <summary>Null: it is told apart by its subject alone.</summary>
    public required X509Extension? SubjectAlternativeName { get; init; }
    public required X509KeyUsageFlags KeyUsage { get; init; }
    /// <summary>Extended key usages; empty: none stated (a CA).</summary>
    public IReadOnlyList<Oid> ExtendedKeyUsages { get; init; } = [];
    public bool IsAuthority { get; init; }
    /// <summary>How many CAs may stand below this one.</summary>
    public int PathLength { get; init; }
    /// <summary>Constraints, usage and extended usage as the certificate will say them; kept with the kind of certificate where many are made.</summary>
    internal IReadOnlyList<X509Extension>? Usages { get; init; }
    /// <summary>What else it says, after the extensions that every certificate has.</summary>
    public IReadOnlyList<X509Extension> Extensions { get; init; } = [];
    /// <summary>What it says about where its status is told, by its serial (lower-case hex); null: nothing.</summary>
    public Func<string, IEnumerable<X509Extension>>? StatusOf { get; init; }
    /// <summary>From now to the end of its validity.</summary>
    public required TimeSpan Lifetime { get; init; }
    /// <summary>How far back its validity begins.</summary>
    public required TimeSpan Backdating { get; init; }
}
