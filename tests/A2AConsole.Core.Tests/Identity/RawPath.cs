using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Tests.Identity;

/// <summary>Root, issuing authority and leaf, well made until a test changes one of them; every one is really signed by the one above.</summary>
internal sealed class RawPath
{
    public const string Unknown = "1.3.6.1.4.1.55555.1";

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Func<RawCertificate, RawCertificate> Root { get; init; } = c => c;
    public Func<RawCertificate, RawCertificate> Issuing { get; init; } = c => c;
    public Func<RawCertificate, RawCertificate> Leaf { get; init; } = c => c;
    /// <summary>Authorities between the issuing one and the leaf, each signed by the one before it.</summary>
    public IReadOnlyList<Func<RawCertificate, RawCertificate>> Below { get; init; } = [];

    /// <summary>The leaf's DER and what it should be validated against.</summary>
    public (byte[] Leaf, SvidTrust Trust) Build()
    {
        var root = Root(Authority("root", "root", _rootKey, _rootKey) with { NotBefore = RawCertificate.Utc("250302090000Z"), NotAfter = RawCertificate.Utc("350302090000Z") });
        var issuing = Issuing(Authority("issuing", "root", _issuingKey, _rootKey));
        var intermediates = new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(issuing.Sign(_rootKey)));
        var (above, signer, number) = (issuing, _issuingKey, 0);
        foreach (var change in Below)
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var authority = change(Authority($"below-{++number}", "", key, signer) with { Issuer = above.Subject });
            intermediates.Add(X509CertificateLoader.LoadCertificate(authority.Sign(signer)));
            (above, signer) = (authority, key);
        }
        var leaf = Leaf(new RawCertificate
        {
            Key = _leafKey,
            Issuer = above.Subject,
            Subject = RawCertificate.Name("agent"),
            Extensions = [.. TestPki.LeafExtensions(TestPki.Id()), AuthorityKeyId(signer)],
        });
        return (leaf.Sign(signer), new SvidTrust(TestPki.Domain, [X509CertificateLoader.LoadCertificate(root.Sign(_rootKey))], intermediates));
    }

    /// <summary>What the framework says of a path when it is asked alone; some certificates it throws at.</summary>
    public static bool FrameworkAccepts(X509Certificate2 leaf, SvidTrust trust)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trust.Roots);
        chain.ChainPolicy.ExtraStore.AddRange(trust.Intermediates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = TestPki.Now.LocalDateTime;
        try
        {
            return chain.Build(leaf);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public static X509Extension BasicConstraints(bool isCa, int? length = null, bool isCritical = true)
        => new X509BasicConstraintsExtension(isCa, length is not null, length ?? 0, isCritical);

    public static X509Extension AuthorityKeyId(ECDsa issuer) => X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(SubjectKeyId(issuer));

    public static X509SubjectKeyIdentifierExtension SubjectKeyId(ECDsa key)
        => new(PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _), critical: false);

    /// <summary>Name constraints of (tag of the form, base) pairs.</summary>
    public static X509Extension Constraints((int Form, string Base)[]? permitted = null, (int Form, string Base)[]? excluded = null, bool isCritical = true)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var (list, tag) in new[] { (permitted, 0), (excluded, 1) })
            {
                if (list is null)
                    continue;
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag)))
                {
                    foreach (var (form, text) in list)
                    {
                        using (writer.PushSequence())
                            Write(writer, form, text);
                    }
                }
            }
        }
        return new X509Extension("2.5.29.30", writer.Encode(), isCritical);
    }

    /// <summary>Subject alternative names of (tag of the form, text) pairs.</summary>
    public static X509Extension Names(params (int Form, string Text)[] names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var (form, text) in names)
                Write(writer, form, text);
        }
        return new X509Extension("2.5.29.17", writer.Encode(), critical: true);
    }

    private static void Write(AsnWriter writer, int form, string text)
    {
        const int directory = 4, address = 7;
        if (form == directory)
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, directory)))
                writer.WriteEncodedValue(RawCertificate.Name(text));
        }
        else if (form == address)
        {
            writer.WriteOctetString(Convert.FromHexString(text), new Asn1Tag(TagClass.ContextSpecific, address));
        }
        else
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, text, new Asn1Tag(TagClass.ContextSpecific, form));
        }
    }

    private static RawCertificate Authority(string name, string issuer, ECDsa key, ECDsa issuerKey) => new()
    {
        Key = key,
        Issuer = RawCertificate.Name(issuer),
        Subject = RawCertificate.Name(name),
        Extensions =
        [
            BasicConstraints(isCa: true),
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true),
            SubjectKeyId(key),
            AuthorityKeyId(issuerKey),
        ],
    };
}
