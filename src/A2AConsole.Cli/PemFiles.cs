using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Cli.Ledger;

namespace A2AConsole.Cli;

/// <summary>Reads certificates and keys from PEM files.</summary>
internal static class PemFiles
{
    /// <summary>All certificates of a file, in its order; at least one.</summary>
    public static X509Certificate2Collection Certificates(string path) => Parse(Files.ReadText(path), path);

    /// <summary>All certificates of a PEM text, in its order; at least one. <paramref name="origin"/> is named in errors.</summary>
    public static X509Certificate2Collection Parse(string pem, string origin)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new UnreadableException($"{origin} holds a certificate that cannot be read: {e.Message}", e);
        }
        return certificates.Count > 0 ? certificates : throw new UnreadableException($"{origin} holds no PEM certificate");
    }

    /// <summary>A certificate (with its issuers behind it) and its key.</summary>
    public static ClientIdentity Identity(string certificatePath, string keyPath)
    {
        var chain = Certificates(certificatePath);
        try
        {
            using var leaf = chain[0];
            var certificate = X509Certificate2.CreateFromPem(leaf.ExportCertificatePem(), Files.ReadText(keyPath));
            chain.RemoveAt(0);
            // Windows' TLS cannot use a key that only memory holds.
            if (OperatingSystem.IsWindows())
                certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            return new ClientIdentity(certificate, chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new UnreadableException($"{keyPath} is not the key of {certificatePath}: {e.Message}", e);
        }
    }
}
