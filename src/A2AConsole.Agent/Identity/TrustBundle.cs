using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace A2AConsole.Sdk;

/// <summary>The roots of a trust domain: whom an agent believes, and nobody else (the system's roots count for nothing).</summary>
public sealed class TrustBundle
{
    private TrustBundle(X509Certificate2Collection roots, string pem) => (Roots, Pem) = (roots, pem);

    /// <summary>The root certificates.</summary>
    public X509Certificate2Collection Roots { get; }

    /// <summary>The roots as PEM.</summary>
    public string Pem { get; }

    /// <summary>Its sequence at the authority (SPIFFE's <c>spiffe_sequence</c>); 0 when it is not known.</summary>
    public long Sequence { get; private init; }

    /// <summary>How soon the authority wants to be asked again; null when it did not say.</summary>
    public TimeSpan? RefreshHint { get; private init; }

    /// <summary>Reads a bundle in SPIFFE's form: a JWK Set whose <c>x509-svid</c> keys each carry one root in <c>x5c</c>.</summary>
    /// <exception cref="AgentStateException">It is none, or holds no root.</exception>
    public static TrustBundle FromSpiffe(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var roots = new X509Certificate2Collection();
            foreach (var key in root.GetProperty("keys").EnumerateArray())
            {
                if (key.TryGetProperty("use", out var use) && use.GetString() == "x509-svid")
                    roots.Add(X509CertificateLoader.LoadCertificate(key.GetProperty("x5c").EnumerateArray().Single().GetBytesFromBase64()));
            }
            if (roots.Count == 0)
                throw new AgentStateException("the trust bundle is empty");
            return new TrustBundle(roots, string.Concat(roots.Select(r => r.ExportCertificatePem() + "\n")))
            {
                Sequence = root.TryGetProperty("spiffe_sequence", out var sequence) ? sequence.GetInt64() : 0,
                RefreshHint = root.TryGetProperty("spiffe_refresh_hint", out var hint) && hint.GetInt64() is > 0 and < 31_536_000 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or CryptographicException)
        {
            throw new AgentStateException("the trust bundle cannot be read: " + e.Message, e);
        }
    }

    /// <summary>Reads a bundle.</summary>
    /// <exception cref="AgentStateException">It holds no certificate, or one that cannot be read.</exception>
    public static TrustBundle FromPem(string pem) => FromPem(pem, sequence: 0);

    internal static TrustBundle FromPem(string pem, long sequence)
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
        return roots.Count > 0 ? new TrustBundle(roots, pem) { Sequence = sequence } : throw new AgentStateException("the trust bundle is empty");
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
