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
    /// <summary>What the framework says when there is no path, or one whose signatures are not right: nothing of it is worth a look.</summary>
    private const X509ChainStatusFlags NoPath = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.Cyclic;

    /// <summary>
    /// Validates <paramref name="leaf"/> at <paramref name="at"/>. The refusal names the leaf's own fault first, since that is what
    /// its owner can mend, then the path's. Never throws for a bad certificate.
    /// </summary>
    public static bool TryValidate(
        X509Certificate2 leaf, SvidTrust trust, DateTimeOffset at,
        [NotNullWhen(true)] out VerifiedSvid? svid, [NotNullWhen(false)] out SvidRefusal? refusal)
    {
        svid = null;
        VerificationKey? key = null, alternative = null;
        try
        {
            if (CertificateReading.TryRead(leaf.RawDataMemory, out var fault) is not { } reading)
            {
                refusal = fault!.At(0);
                return false;
            }
            refusal = SvidRules.Check(leaf, reading, trust.TrustDomain, trust.Algorithms, at, out var id);
            if (refusal is not null)
                return false;
            // The key is the leaf's own, the certificate at the path's first place: anchoring one certificate and verifying
            // with another is a mistake that others have made.
            key = VerificationKey.TryCreate(leaf.PublicKey);
            refusal = key is null
                ? new(SvidRefusalCodes.Key, "The certificate's public key is not a valid point of its curve.")
                : ReadAlternativeKey(reading.Extensions, key, out alternative) ?? CheckPath(leaf, reading, trust, at);
            if (refusal is not null)
                return false;
            svid = new VerifiedSvid(id!, SvidRules.SerialOf(leaf), reading.NotBefore, reading.NotAfter, key!, alternative, reading.Extensions.RequiresBothSignatures)
            {
                Posture = reading.Extensions.Find(AgentPosture.ExtensionOid) is { } said && AgentPosture.TryRead(said, out var posture) ? posture : null,
            };
            return true;
        }
        catch (CryptographicException)
        {
            refusal = new(SvidRefusalCodes.Malformed, "The certificate is malformed.");
            return false;
        }
        finally
        {
            if (svid is null)
            {
                key?.Dispose();
                alternative?.Dispose();
            }
        }
    }

    private static SvidRefusal? ReadAlternativeKey(ExtensionReading extensions, VerificationKey key, out VerificationKey? alternative)
    {
        alternative = null;
        if (extensions.AlternativeKey is not { } encoded)
        {
            return extensions.RequiresBothSignatures
                ? new(SvidRefusalCodes.AlternativeKey, "The certificate asks for two signatures on each envelope, but carries one key only.")
                : null;
        }
        alternative = VerificationKey.TryCreate(encoded.Span);
        return alternative is null ? new(SvidRefusalCodes.AlternativeKey, "The certificate's alternative key is no valid key of an algorithm that signs envelopes.")
            : alternative.Algorithm == key.Algorithm ? new(SvidRefusalCodes.AlternativeKey, $"The certificate's alternative key must be of another algorithm than its own ({key.Algorithm.Id}).")
            : null;
    }

    /// <summary>Whether a path leads from a certificate to the roots, by the framework and by our own rules.</summary>
    internal static SvidRefusal? CheckPath(X509Certificate2 leaf, CertificateReading reading, SvidTrust trust, DateTimeOffset at)
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
            var isValid = chain.Build(leaf);
            var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
            if ((status & NoPath) != 0)
                return Untrusted("no path leads to one of this trust domain's roots");
            var path = chain.ChainElements.Select(e => e.Certificate).ToList();
            if (!path[0].RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span))
                return Untrusted("the path does not begin with the certificate itself");
            if (!trust.Roots.Any(r => r.RawDataMemory.Span.SequenceEqual(path[^1].RawDataMemory.Span)))
                return Untrusted("the path does not end in one of this trust domain's roots");
            // Our rules before the framework's verdict, since they say exactly what is wrong; but both must agree.
            return CheckAuthorities(path, reading, trust.Algorithms, at) ?? (isValid ? null : Untrusted($"path validation says {status}"));
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    private static SvidRefusal? CheckAuthorities(List<X509Certificate2> path, CertificateReading leaf, AlgorithmPolicy algorithms, DateTimeOffset at)
    {
        var readings = new List<CertificateReading> { leaf };
        for (var i = 0; i < path.Count; i++)
        {
            if (i > 0 && CertificateReading.TryRead(path[i].RawDataMemory, out var malformed) is var reading)
            {
                if (reading is null)
                    return malformed!.At(i);
                readings.Add(reading);
            }
            if (CheckAlgorithms(path[i], isAuthority: i > 0, algorithms, at) is { } fault)
                return fault.At(i);
        }
        return PathRules.Check(readings, at);
    }

    private static CertificateFault? CheckAlgorithms(X509Certificate2 certificate, bool isAuthority, AlgorithmPolicy algorithms, DateTimeOffset at)
        => AlgorithmRegistry.OfSignature(certificate.SignatureAlgorithm) is not { } algorithm || !algorithms.IsUsable(algorithm, AlgorithmUses.Certificate, at)
            ? new(SvidRefusalCodes.AlgorithmForbidden, "is signed with an algorithm that is not allowed")
            : isAuthority ? SvidRules.CheckKey(certificate, AlgorithmUses.Certificate, algorithms, at) : null;

    private static SvidRefusal Untrusted(string why) => new(SvidRefusalCodes.Untrusted, $"The certificate is not trusted here: {why}.");
}
