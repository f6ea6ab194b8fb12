using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Records;
using A2AConsole.Trust.Domain;

namespace A2AConsole.Trust.Certificates;

/// <summary>
/// The kinds of certificate that the authority makes (RFC 5280, SPIFFE X509-SVID), in one place. Nothing of a signing
/// request finds its way in here: a profile is made from what we know.
/// </summary>
public static class CertificateProfiles
{
    private const int UriNameTag = 6;
    private const int MaxNameLength = 64; // ub-common-name and ub-organization-name, RFC 5280 appendix A.1
    private static readonly Oid ServerAuth = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid OcspSigning = new("1.3.6.1.5.5.7.3.9");
    private static readonly Oid ClientAuth = new("1.3.6.1.5.5.7.3.2");
    private static readonly IReadOnlyList<Oid> AgentUsages = [ClientAuth, ServerAuth];
    private static readonly IReadOnlyList<X509Extension> AgentExtensions = CertificateBuilder.UsagesOf(isAuthority: false, 0, X509KeyUsageFlags.DigitalSignature, AgentUsages);

    /// <summary>
    /// A self-signed root of the trust domain. Its URI name is the trust domain's (X509-SVID §3.1). Each authority's subject is
    /// its own, told apart by the number in <paramref name="name"/> (<c>root-2</c>): path building must not confuse them.
    /// </summary>
    public static CertificateProfile Root(TrustOptions options, string name = "root") => new()
    {
        Subject = Name(options.TrustDomain, "root CA" + NumberOf(name)),
        SubjectAlternativeName = UriName($"spiffe://{options.TrustDomain}"),
        KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
        IsAuthority = true,
        PathLength = 1,
        Lifetime = options.RootLifetime,
        Backdating = options.AuthorityBackdating,
    };

    /// <summary>A CA that issues to agents and listeners: no CA may stand below it.</summary>
    public static CertificateProfile Issuing(TrustOptions options, string name = "issuing") => new()
    {
        Subject = Name(options.TrustDomain, "issuing CA" + NumberOf(name)),
        SubjectAlternativeName = UriName($"spiffe://{options.TrustDomain}"),
        KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
        IsAuthority = true,
        PathLength = 0,
        Lifetime = options.IssuingLifetime,
        Backdating = options.AuthorityBackdating,
    };

    /// <summary>The listeners' certificate. It has no URI name and so can never pass for an agent.</summary>
    public static CertificateProfile Server(TrustOptions options)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in options.ServerNames.Prepend("::1").Prepend("127.0.0.1").Prepend("localhost").Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(name);
        }
        return new()
        {
            Subject = Name(options.TrustDomain, "server"),
            SubjectAlternativeName = names.Build(),
            KeyUsage = X509KeyUsageFlags.DigitalSignature,
            ExtendedKeyUsages = [ServerAuth],
            Lifetime = options.ServerLifetime,
            Backdating = options.Backdating,
        };
    }

    /// <summary>
    /// A delegated OCSP responder (RFC 6960 §4.2.2.2): for a day, and not to be asked about in its turn (<c>ocsp-nocheck</c>).
    /// </summary>
    public static CertificateProfile OcspResponder(TrustOptions options) => new()
    {
        Subject = Name(options.TrustDomain, "OCSP responder"),
        SubjectAlternativeName = null,
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsages = [OcspSigning],
        Extensions = [new X509Extension("1.3.6.1.5.5.7.48.1.5", [0x05, 0x00], critical: false)],
        Lifetime = TimeSpan.FromDays(1),
        Backdating = options.Backdating,
    };

    /// <summary>An agent's X.509-SVID: exactly one URI name, not a CA, may only sign (X509-SVID §§2, 4).</summary>
    public static CertificateProfile Svid(SpiffeId id, SvidContent? content, TrustOptions options) => new()
    {
        Subject = Name(id.TrustDomain, id.Name),
        SubjectAlternativeName = UriName(id.Text),
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsages = AgentUsages,
        Usages = AgentExtensions,
        Extensions = content?.Extensions ?? [],
        Lifetime = content?.Lifetime ?? options.SvidLifetime,
        Backdating = options.Backdating,
    };

    /// <summary>The signer of records. Its URI name lies outside of the agents' namespace, so that neither can pass for the other.</summary>
    public static CertificateProfile Records(TrustOptions options) => new()
    {
        Subject = Name(options.TrustDomain, "records"),
        SubjectAlternativeName = UriName(SignedRecord.SignerOf(options.TrustDomain)),
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        Lifetime = options.IssuingLifetime,
        Backdating = options.AuthorityBackdating,
    };

    /// <summary>The name of the gateway for A2A: outside of the agents' namespace.</summary>
    public static string GatewayName(string trustDomain) => $"spiffe://{trustDomain}/authority/gateway";

    /// <summary>The gateway for A2A: a TLS client of the agents behind it, which also signs hops and cards. It can never pass for an agent.</summary>
    public static CertificateProfile Gateway(TrustOptions options) => new()
    {
        Subject = Name(options.TrustDomain, "gateway"),
        SubjectAlternativeName = UriName(GatewayName(options.TrustDomain)),
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsages = [ClientAuth],
        Lifetime = options.ServerLifetime,
        Backdating = options.Backdating,
    };

    private static string NumberOf(string name) => name.IndexOf('-', StringComparison.Ordinal) is >= 0 and var at ? " " + name[(at + 1)..] : "";

    private static X500DistinguishedName Name(string organization, string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName(AtMost(organization));
        name.AddCommonName(AtMost(commonName));
        return name.Build();
    }

    private static string AtMost(string text) => text.Length <= MaxNameLength ? text : text[..MaxNameLength];

    private static X509Extension UriName(string uri)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, UriNameTag));
        return new X509Extension("2.5.29.17", writer.Encode(), critical: false);
    }
}
