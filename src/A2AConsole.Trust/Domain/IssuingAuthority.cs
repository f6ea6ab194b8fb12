using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Domain;

/// <summary>An issuing CA whose certificates count, with its key in custody.</summary>
public sealed class IssuingAuthority
{
    private readonly Lazy<ICustodyKey> _key;

    internal IssuingAuthority(AuthorityMember member, X509Certificate2 certificate, Func<ICustodyKey> key)
    {
        (Name, State, Certificate) = (member.Name, member.State, certificate);
        KeyId = VerificationKey.IdOf(certificate.PublicKey);
        Pem = CertificateText.PemOf([certificate]);
        Facts = new IssuerFacts(certificate);
        _key = new Lazy<ICustodyKey>(key);
    }

    /// <summary>Its name in custody, e.g. <c>issuing-2</c>.</summary>
    public string Name { get; }

    /// <summary>Never <see cref="AnchorState.Revoked"/>: such a one is not here any more.</summary>
    public AnchorState State { get; }

    public X509Certificate2 Certificate { get; }

    /// <summary>What of its certificate goes into those that it issues.</summary>
    internal IssuerFacts Facts { get; }

    /// <summary>SHA-256 of its SubjectPublicKeyInfo, lower-case hex.</summary>
    public string KeyId { get; }

    /// <summary>The certificate as PEM.</summary>
    public string Pem { get; }

    /// <summary>
    /// Its key, opened with the first use: what was replaced goes on to sign revocation lists of what it issued. Throws
    /// <see cref="TrustStartupException"/> when custody cannot open it.
    /// </summary>
    public ICustodyKey Key => _key.Value;
}
