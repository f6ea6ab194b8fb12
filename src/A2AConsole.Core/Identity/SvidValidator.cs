using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Identity;

/// <summary>What a certificate must chain to.</summary>
/// <param name="TrustDomain">The name that its identity must carry.</param>
/// <param name="Roots">The only anchors; the machine's own trust store is never asked.</param>
/// <param name="Intermediates">Authorities offered to path building, besides those that the peer sent.</param>
public sealed record SvidTrust(string TrustDomain, X509Certificate2Collection Roots, X509Certificate2Collection Intermediates)
{
    /// <summary>Which algorithms its path and its key may have.</summary>
    public AlgorithmPolicy Algorithms { get; init; } = AlgorithmPolicy.Default;
}

/// <summary>
/// Validates an X.509-SVID: the path by the framework, then rules of our own over the very path that it built, because the
/// framework's answer alone accepts paths that it should not. Revocation is not asked here: the edge keeps that in memory.
/// </summary>
public static class SvidValidator
{
    /// <summary>The longest path: leaf, two intermediates, root.</summary>
    private const int MaxPath = 4;

    /// <summary>
    /// Validates <paramref name="leaf"/> at <paramref name="at"/>. The refusal names the leaf's own fault first, since that is what
    /// its owner can mend, then the path's. Never throws for a bad certificate.
    /// </summary>
    public static bool TryValidate(
        X509Certificate2 leaf, SvidTrust trust, DateTimeOffset at,
        [NotNullWhen(true)] out VerifiedSvid? svid, [NotNullWhen(false)] out SvidRefusal? refusal)
    {
        svid = null;
        try
        {
            refusal = SvidRules.Check(leaf, trust.TrustDomain, trust.Algorithms, at, out var id, out var reading) ?? CheckPath(leaf, trust, at);
            if (refusal is not null)
                return false;
            // The key is the leaf's own, the certificate at the path's first place: anchoring one certificate and verifying
            // with another is a mistake that others have made.
            if (VerificationKey.TryCreate(leaf.PublicKey) is not { } key)
            {
                refusal = new(SvidRefusalCodes.Malformed, "The certificate's public key is not a valid point of its curve.");
                return false;
            }
            refusal = ReadAlternativeKey(reading!, key, out var alternative);
            if (refusal is not null)
                return false;
            var (notBefore, notAfter) = SvidRules.ValidityOf(leaf);
            svid = new VerifiedSvid(id!, SvidRules.SerialOf(leaf), notBefore, notAfter, key, alternative, reading!.RequiresBothSignatures);
            return true;
        }
        catch (CryptographicException)
        {
            refusal = new(SvidRefusalCodes.Malformed, "The certificate is malformed.");
            return false;
        }
    }

    private static SvidRefusal? ReadAlternativeKey(CertificateReading reading, VerificationKey key, out VerificationKey? alternative)
    {
        alternative = null;
        if (reading.AlternativeKey is not { } encoded)
        {
            return reading.RequiresBothSignatures
                ? new(SvidRefusalCodes.AlternativeKey, "The certificate asks for two signatures on each envelope, but carries one key only.")
                : null;
        }
        alternative = VerificationKey.TryCreate(encoded);
        return alternative is null ? new(SvidRefusalCodes.AlternativeKey, "The certificate's alternative key is no valid key of an algorithm that signs envelopes.")
            : alternative.Algorithm == key.Algorithm ? new(SvidRefusalCodes.AlternativeKey, $"The certificate's alternative key must be of another algorithm than its own ({key.Algorithm.Id}).")
            : null;
    }

    private static SvidRefusal? CheckPath(X509Certificate2 leaf, SvidTrust trust, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(trust.Roots);
        policy.ExtraStore.AddRange(trust.Intermediates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = at.LocalDateTime;
        policy.VerificationFlags = X509VerificationFlags.NoFlag;
        try
        {
            if (!chain.Build(leaf))
                return Untrusted(Describe(chain));
            var path = chain.ChainElements.Select(e => e.Certificate).ToList();
            if (!path[0].RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span))
                return Untrusted("the path does not begin with the certificate itself");
            if (!trust.Roots.Any(r => r.RawDataMemory.Span.SequenceEqual(path[^1].RawDataMemory.Span)))
                return Untrusted("the path does not end in one of this trust domain's roots");
            return CheckAuthorities(path, trust.Algorithms, at);
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    private static SvidRefusal? CheckAuthorities(List<X509Certificate2> path, AlgorithmPolicy algorithms, DateTimeOffset at)
    {
        if (path.Count is < 2 or > MaxPath)
            return Untrusted($"a path has two to {MaxPath} certificates, this one {path.Count}");
        for (var i = 0; i < path.Count; i++)
        {
            var certificate = path[i];
            if (AlgorithmRegistry.OfSignature(certificate.SignatureAlgorithm) is not { } algorithm || !algorithms.IsUsable(algorithm, AlgorithmUses.Certificate, at))
                return Untrusted($"certificate {i} of the path is signed with an algorithm that is not allowed");
            if (i > 0 && CheckAuthority(certificate, below: i - 1, algorithms, at) is { } fault)
                return Untrusted($"certificate {i} of the path {fault}");
        }
        return null;
    }

    /// <summary>RFC 5280 §6.1.4 for a certificate with <paramref name="below"/> authorities between it and the leaf.</summary>
    private static string? CheckAuthority(X509Certificate2 certificate, int below, AlgorithmPolicy algorithms, DateTimeOffset at)
    {
        if (CertificateReading.TryRead(certificate, out var error) is not { } reading)
            return $"is malformed: {error}";
        if (!reading.IsCa)
            return "is not a certificate authority";
        if (reading.Usage is not { } usage || (usage & X509KeyUsageFlags.KeyCertSign) == 0)
            return "may not sign certificates: its key usage lacks keyCertSign";
        if (reading.PathLength < below)
            return $"allows {reading.PathLength} authorities below it, and there are {below}";
        // Name constraints are not evaluated for URI names by every engine: until we do it ourselves, they are refused.
        if (reading.HasNameConstraints)
            return "carries name constraints, which are not supported";
        if (reading.UnknownCritical is { } oid)
            return $"has the critical extension {oid}, which is not understood";
        if (AlgorithmRegistry.OfKey(certificate.PublicKey) is not { } algorithm || !algorithms.IsUsable(algorithm, AlgorithmUses.Certificate, at))
            return "has a key whose algorithm is not allowed";
        return SvidRules.CheckTime(certificate, at) is null ? null : "is not valid at this time";
    }

    private static SvidRefusal Untrusted(string why) => new(SvidRefusalCodes.Untrusted, $"The certificate is not trusted here: {why}.");

    private static string Describe(X509Chain chain)
    {
        var status = chain.ChainStatus.Select(s => s.Status).Distinct().ToList();
        return status.Contains(X509ChainStatusFlags.PartialChain) || status.Contains(X509ChainStatusFlags.UntrustedRoot)
            ? "no path leads to one of this trust domain's roots"
            : $"path validation says {string.Join(", ", status)}";
    }
}
