using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Testing.Tpm;

/// <summary>A TPM vendor: root, intermediate, and endorsement certificates as the TCG's profile has them, or not.</summary>
public sealed class TpmVendor : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset _now;

    public TpmVendor(DateTimeOffset now, int? rootPathLength = null)
    {
        _now = now;
        var name = Convert.ToHexString(RandomNumberGenerator.GetBytes(4));
        var root = new CertificateRequest($"CN=TPM vendor {name}", _rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, rootPathLength is not null, rootPathLength ?? 0, true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Root = root.CreateSelfSigned(now.AddYears(-5), now.AddYears(20));
        Intermediate = Authority($"CN=TPM vendor {name} issuing", _intermediateKey);
    }

    public X509Certificate2 Root { get; }
    public X509Certificate2 Intermediate { get; }

    /// <summary>An authority under the root.</summary>
    public X509Certificate2 Authority(string name, ECDsa key, bool isCa = true, params X509Extension[] more)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isCa, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(isCa ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, true));
        foreach (var extension in more)
            request.CertificateExtensions.Add(extension);
        return request.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), _now.AddYears(-4), _now.AddYears(15), RandomNumberGenerator.GetBytes(12));
    }

    /// <summary>The endorsement certificate of a key.</summary>
    public X509Certificate2 Certify(PublicKey endorsementKey, DateTimeOffset? notAfter = null, string purpose = "2.23.133.8.1", bool isCa = false,
        X509KeyUsageFlags usage = X509KeyUsageFlags.KeyEncipherment, ECDsa? issuerKey = null, X509Certificate2? issuer = null, string subject = "", params X509Extension[] more)
    {
        var request = new CertificateRequest(new X500DistinguishedName(subject), endorsementKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isCa, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Manufacturer(), critical: true));
        foreach (var extension in more)
            request.CertificateExtensions.Add(extension);
        return request.Create((issuer ?? Intermediate).SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey ?? _intermediateKey), _now.AddYears(-1), notAfter ?? _now.AddYears(10), RandomNumberGenerator.GetBytes(12));
    }

    /// <summary>The intermediate's key, to sign what it should not.</summary>
    public ECDsa IntermediateKey => _intermediateKey;

    public void Dispose()
    {
        _rootKey.Dispose();
        _intermediateKey.Dispose();
        Root.Dispose();
        Intermediate.Dispose();
    }

    /// <summary>TPM manufacturer, model and version as a directory name (EK Credential Profile §3.2.9).</summary>
    private static byte[] Manufacturer()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
        using (writer.PushSequence())
        {
            foreach (var (oid, value) in new[] { ("2.23.133.2.1", "id:54455354"), ("2.23.133.2.2", "soft"), ("2.23.133.2.3", "id:00010000") })
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }
        return writer.Encode();
    }
}
