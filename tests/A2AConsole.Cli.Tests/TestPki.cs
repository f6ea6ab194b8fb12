using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Cli.Tests;

/// <summary>A small trust domain of real keys: root, issuing CA, SVIDs and server certificates.</summary>
internal sealed class TestPki : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 9, 12, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _issuing;
    private readonly DateTimeOffset _now;

    public TestPki(DateTimeOffset? now = null)
    {
        _now = now ?? Now;
        _root = Authority("root", _rootKey, 1).CreateSelfSigned(_now.AddYears(-1), _now.AddYears(9));
        using var issuing = Authority("issuing", _issuingKey, 0).Create(_root, _now.AddMonths(-1), _now.AddMonths(11), [2, 2]);
        _issuing = issuing.CopyWithPrivateKey(_issuingKey);
    }

    public string BundlePem => _root.ExportCertificatePem() + "\n";

    public string RootFingerprint => Convert.ToHexStringLower(SHA256.HashData(_root.RawData));

    /// <summary>An agent's chain (PEM, leaf first) for a key, valid for an hour around now.</summary>
    public string Svid(string spiffeId, ECDsa key, TimeSpan shift = default, X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature, params IEnumerable<X509Extension> more)
    {
        var request = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2"), new Oid("1.3.6.1.5.5.7.3.1")], false));
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
            names.WriteCharacterString(UniversalTagNumber.IA5String, spiffeId, new Asn1Tag(TagClass.ContextSpecific, 6));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", names.Encode(), false));
        foreach (var extension in more)
            request.CertificateExtensions.Add(extension);
        using var leaf = request.Create(_issuing, (_now + shift).AddMinutes(-30), (_now + shift).AddMinutes(30), [1, .. RandomNumberGenerator.GetBytes(8)]);
        return leaf.ExportCertificatePem() + "\n" + _issuing.ExportCertificatePem() + "\n";
    }

    /// <summary>A server's certificate for localhost with its key, and its issuer to send along.</summary>
    public (X509Certificate2 Certificate, X509Certificate2Collection Chain) Server()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var leaf = request.Create(_issuing, _now.AddMinutes(-30), _now.AddMinutes(30), [3, 3]);
        return (leaf.CopyWithPrivateKey(key), [X509CertificateLoader.LoadCertificate(_issuing.RawData)]);
    }

    public void Dispose()
    {
        _root.Dispose();
        _issuing.Dispose();
        _rootKey.Dispose();
        _issuingKey.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key, int pathLength)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request;
    }
}
