using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Tests;

/// <summary>A small trust domain in memory: root, issuing authority, and leaves with whatever is to be wrong about them.</summary>
internal sealed class TestPki
{
    public const string Domain = "acme.example";
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);

    public TestPki(int issuingPathLength = 0, bool issuingIsCa = true, X509KeyUsageFlags issuingUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, X509Extension? issuingExtra = null)
    {
        RootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Root = SelfSign("CN=root", RootKey);
        IssuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Issuing = Sign("CN=issuing", IssuingKey, Root, RootKey,
        [
            new X509BasicConstraintsExtension(issuingIsCa, issuingIsCa, issuingPathLength, true),
            new X509KeyUsageExtension(issuingUsage, true),
            .. issuingExtra is null ? [] : new[] { issuingExtra },
        ]);
    }

    public ECDsa RootKey { get; }
    public ECDsa IssuingKey { get; }
    public X509Certificate2 Root { get; }
    public X509Certificate2 Issuing { get; }
    public SvidTrust Trust => new(Domain, [Root], [Issuing]);

    public static string Id(string name = "route-optimizer", string domain = Domain) => $"spiffe://{domain}/env/prod/role/planner/agent/{name}";

    public static X509Extension Names(params string[] uris)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var uri in uris)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
            writer.WriteCharacterString(UniversalTagNumber.IA5String, "agent.acme.example", new Asn1Tag(TagClass.ContextSpecific, 2));
        }
        return new X509Extension("2.5.29.17", writer.Encode(), critical: true);
    }

    public static List<X509Extension> LeafExtensions(params string[] uris) =>
    [
        new X509BasicConstraintsExtension(false, false, 0, true),
        new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true),
        new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2"), new Oid("1.3.6.1.5.5.7.3.1")], false),
        Names(uris),
    ];

    /// <summary>A good leaf, with extensions replaced by OID, or left out where <paramref name="without"/> names them.</summary>
    public X509Certificate2 Leaf(AsymmetricAlgorithm? key = null, string[]? uris = null, X509Extension[]? with = null, string? without = null,
        DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        var extensions = LeafExtensions(uris ?? [Id()]);
        foreach (var extension in with ?? [])
        {
            extensions.RemoveAll(e => e.Oid!.Value == extension.Oid!.Value);
            extensions.Add(extension);
        }
        extensions.RemoveAll(e => e.Oid!.Value == without);
        return Sign("CN=agent", key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256), Issuing, IssuingKey, extensions, notBefore, notAfter);
    }

    /// <summary>A validated SVID and the key that signs for it.</summary>
    public (VerifiedSvid Svid, EcdsaSigningKey Key) Agent(string name = "route-optimizer")
    {
        var key = SigningKey.Generate();
        using var leaf = Leaf(key.Key, [Id(name)]);
        Assert.True(SvidValidator.TryValidate(leaf, Trust, Now, out var svid, out var refusal), refusal?.Detail);
        return (svid, key);
    }

    /// <summary>A validated SVID that carries a second key, and both keys that sign for it.</summary>
    public (VerifiedSvid Svid, EcdsaSigningKey Own, SigningKey Other) AgentWithTwoKeys(SignatureAlgorithm second, bool both, string name = "route-optimizer")
    {
        var own = SigningKey.Generate();
        var other = SigningKey.Generate(second);
        X509Extension[] extensions = [SvidExtensions.AlternativeKey(other.SubjectPublicKeyInfo), .. both ? new[] { SvidExtensions.BothSignatures() } : []];
        using var leaf = Leaf(own.Key, [Id(name)], extensions);
        Assert.True(SvidValidator.TryValidate(leaf, Trust, Now, out var svid, out var refusal), refusal?.Detail);
        return (svid, own, other);
    }

    public static X509Certificate2 Sign(string subject, AsymmetricAlgorithm key, X509Certificate2 issuer, ECDsa issuerKey, IEnumerable<X509Extension> extensions,
        DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        serial[0] |= 0x40;
        return request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), notBefore ?? Now.AddMinutes(-1), notAfter ?? Now.AddHours(1), serial);
    }

    private static X509Certificate2 SelfSign(string subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(9));
    }
}
