using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Certificates;

/// <summary>The authority's own certificates as PEM files beside the keys: what is trusted must not come from the database.</summary>
public sealed class CertificateFiles(PrivateDirectory directory)
{
    private const string Extension = ".crt";

    /// <summary>Where they lie.</summary>
    public string Directory => directory.Root;

    /// <summary>The certificate of this name, or null. Throws <see cref="TrustStartupException"/> when the file is damaged.</summary>
    public X509Certificate2? Load(string name)
    {
        if (directory.Read(name + Extension, isSecret: false) is not { } pem)
            return null;
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new TrustStartupException($"{directory.PathOf(name + Extension)} is damaged: it holds no certificate. Restore it from a backup.", e);
        }
    }

    /// <summary>Stores a certificate in place of the one of the same name.</summary>
    public void Store(string name, X509Certificate2 certificate) => directory.Write(name + Extension, CertificateText.PemOf([certificate]), replace: true);
}
