using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Trust.Gateway;

/// <summary>The gateway's certificate with its key.</summary>
public sealed class GatewayCertificate
{
    private readonly ECDsa _key;

    internal GatewayCertificate(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        Certificate = certificate;
        Issuer = issuer;
        _key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The gateway's certificate has no key.");
        KeyId = VerificationKey.IdOf(certificate.PublicKey);
        Context = SslStreamCertificateContext.Create(certificate, [issuer], offline: true);
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2 Issuer { get; }

    /// <summary>As TLS wants it, built once.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>SHA-256 of its SubjectPublicKeyInfo, lower-case hex: DSSE's <c>keyid</c>, and a card signature's <c>kid</c>.</summary>
    public string KeyId { get; }

    /// <summary>The algorithm of <see cref="Sign"/>.</summary>
    public static SignatureAlgorithm Algorithm => AlgorithmRegistry.Default;

    /// <summary>Signs: r ‖ s (IEEE P1363), 64 bytes. Safe from several threads at once.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, AlgorithmRegistry.DefaultHash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
