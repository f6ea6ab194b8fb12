using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Sdk;

/// <summary>The roots of a trust domain: whom an agent believes, and nobody else (the system's roots count for nothing).</summary>
public sealed class TrustBundle
{
    private TrustBundle(X509Certificate2Collection roots, string pem) => (Roots, Pem) = (roots, pem);

    /// <summary>The root certificates.</summary>
    public X509Certificate2Collection Roots { get; }

    /// <summary>The roots as PEM.</summary>
    public string Pem { get; }

    /// <summary>Reads a bundle.</summary>
    /// <exception cref="AgentStateException">It holds no certificate, or one that cannot be read.</exception>
    public static TrustBundle FromPem(string pem)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new AgentStateException("the trust bundle cannot be read: " + e.Message, e);
        }
        return roots.Count > 0 ? new TrustBundle(roots, pem) : throw new AgentStateException("the trust bundle is empty");
    }

    /// <summary>Reads what an unauthenticated download gave and keeps only the root that was pinned (SHA-256, lower-case hex).</summary>
    internal static TrustBundle? Pinned(string pem, string fingerprint)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
        var pinned = roots.FirstOrDefault(root => CryptographicOperations.FixedTimeEquals(SHA256.HashData(root.RawData), Convert.FromHexString(fingerprint)));
        return pinned is null ? null : new TrustBundle([pinned], pinned.ExportCertificatePem() + "\n");
    }

    /// <summary>Whether a certificate chains to these roots and is valid at <paramref name="at"/>; says why not.</summary>
    internal bool Accepts(X509Certificate2 certificate, X509Certificate2Collection intermediates, DateTimeOffset at, string? extendedUsage, out string error)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Roots);
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        if (extendedUsage is not null)
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(extendedUsage));
        var good = chain.Build(certificate);
        error = good ? "" : string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()).Distinct());
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        return good;
    }
}
