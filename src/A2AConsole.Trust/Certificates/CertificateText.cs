using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Trust.Certificates;

/// <summary>How certificates are named and written, the same everywhere.</summary>
public static class CertificateText
{
    /// <summary>The serial as lower-case hex, two digits a byte.</summary>
    public static string SerialOf(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.SerialNumberBytes.Span);

    /// <summary>SHA-256 of the certificate, lower-case hex.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex: the <c>keyid</c> of envelopes.</summary>
    public static string KeyIdOf(PublicKey key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>The certificates as PEM, one after the other, each ending in a newline.</summary>
    public static string PemOf(IEnumerable<X509Certificate2> certificates)
        => string.Concat(certificates.Select(c => c.ExportCertificatePem() + "\n"));
}
