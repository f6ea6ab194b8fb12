using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Trust.Certificates;

/// <summary>How certificates are named and written, the same everywhere.</summary>
public static class CertificateText
{
    /// <summary>SHA-256 of the certificate, lower-case hex.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    /// <summary>SHA-256 of a certificate's DER, lower-case hex.</summary>
    public static string FingerprintOf(ReadOnlySpan<byte> der) => Convert.ToHexStringLower(SHA256.HashData(der));

    /// <summary>A certificate's DER as PEM, ending in a newline.</summary>
    public static string PemOf(ReadOnlySpan<byte> der) => PemEncoding.WriteString("CERTIFICATE", der) + "\n";

    /// <summary>The certificates as PEM, one after the other, each ending in a newline.</summary>
    public static string PemOf(IEnumerable<X509Certificate2> certificates)
        => string.Concat(certificates.Select(c => c.ExportCertificatePem() + "\n"));
}
