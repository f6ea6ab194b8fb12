using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>
/// Whether an endorsement certificate (TCG EK Credential Profile for TPM 2.0, §3.2) leads to a vendor that we trust: the path by the
/// framework, then rules of our own over the very path that it built. Nothing is downloaded: addresses in a stranger's certificate are
/// not followed. Revocation by the vendor is not asked.
/// </summary>
public static class EndorsementChain
{
    /// <summary>The most intermediates that an attester may send.</summary>
    public const int MaxIntermediates = 4;

    /// <summary>tcg-kp-EKCertificate.</summary>
    private const string EndorsementKeyPurpose = "2.23.133.8.1";

    /// <summary>Why a certificate is not a trusted one for an endorsement key; null when it is. Never throws for a bad certificate.</summary>
    public static EvidenceFault? Check(X509Certificate2 endorsement, X509Certificate2Collection intermediates, X509Certificate2Collection roots, DateTimeOffset now)
    {
        try
        {
            return CheckLeaf(endorsement) ?? CheckPath(endorsement, intermediates, roots, now);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return new(TpmCodes.EkCertificate, "The endorsement certificate is malformed.");
        }
    }

    [SuppressMessage("Style", "IDE0046", Justification = "A rule a statement reads better than one nested expression.")]
    private static EvidenceFault? CheckLeaf(X509Certificate2 certificate)
    {
        if (VendorCertificateReading.TryRead(certificate, out var why) is not { } reading)
            return new(TpmCodes.EkCertificate, $"The endorsement certificate {why}.");
        if (reading.IsCa)
            return new(TpmCodes.EkCertificate, "The endorsement certificate is a certificate authority's: it must be the TPM's own.");
        if (reading.Usage is { } usage && (usage & (X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyAgreement)) == 0)
            return new(TpmCodes.EkCertificate, "The endorsement certificate's key usage lacks keyEncipherment (RSA) or keyAgreement (ECC).");
        if (reading.ExtendedUsages is { } purposes && !purposes.Contains(EndorsementKeyPurpose))
            return new(TpmCodes.EkCertificate, $"The endorsement certificate's extended key usage lacks tcg-kp-EKCertificate ({EndorsementKeyPurpose}).");
        return null;
    }

    private static EvidenceFault? CheckPath(X509Certificate2 endorsement, X509Certificate2Collection intermediates, X509Certificate2Collection roots, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        policy.ExtraStore.AddRange(intermediates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.LocalDateTime;
        try
        {
            if (!chain.Build(endorsement))
                return Describe(chain);
            var path = chain.ChainElements.Select(e => e.Certificate).ToList();
            if (!path[0].RawDataMemory.Span.SequenceEqual(endorsement.RawDataMemory.Span))
                return Untrusted("the path does not begin with it");
            if (path.Count < 2 || !roots.Any(r => r.RawDataMemory.Span.SequenceEqual(path[^1].RawDataMemory.Span)))
                return Untrusted("no path leads to a vendor that the entry trusts");
            for (var i = 0; i < path.Count; i++)
            {
                if (CheckElement(path[i], i, isAnchor: i == path.Count - 1) is { } fault)
                    return fault;
            }
            return null;
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    /// <summary>RFC 5280 §6.1.4 for the certificate at <paramref name="place"/>, where 0 is the endorsement certificate.</summary>
    [SuppressMessage("Style", "IDE0046", Justification = "A rule a statement reads better than one nested expression.")]
    private static EvidenceFault? CheckElement(X509Certificate2 certificate, int place, bool isAnchor)
    {
        // An anchor is trusted for its bytes: what its own signature is made with does not matter.
        if (!isAnchor && !VendorSignatures.IsTaken(certificate.SignatureAlgorithm))
            return new(TpmCodes.EkAlgorithm, $"Certificate {place} of the endorsement chain is signed with {certificate.SignatureAlgorithm.FriendlyName ?? certificate.SignatureAlgorithm.Value}; RSA or ECDSA with SHA-256, SHA-384 or SHA-512 is needed.");
        if (place == 0)
            return null;
        if (!VendorSignatures.IsTaken(certificate.PublicKey))
            return new(TpmCodes.EkAlgorithm, $"Certificate {place} of the endorsement chain has a key that is not taken: RSA of 2048 to 4096 bits or a NIST curve is needed.");
        if (VendorCertificateReading.TryRead(certificate, out var why) is not { } reading)
            return Untrusted($"certificate {place} of its path {why}");
        if (!reading.MaySign)
            return Untrusted($"certificate {place} of its path may not sign certificates");
        if (reading.PathLength < place - 1)
            return Untrusted($"certificate {place} of its path allows {reading.PathLength} authorities below it, and there are {place - 1}");
        return null;
    }

    private static EvidenceFault Describe(X509Chain chain)
    {
        var status = chain.ChainStatus.Select(s => s.Status).Distinct().ToList();
        if (status.Contains(X509ChainStatusFlags.PartialChain) || status.Contains(X509ChainStatusFlags.UntrustedRoot))
            return Untrusted("no path leads to a vendor that the entry trusts");
        return status is [X509ChainStatusFlags.NotTimeValid]
            ? new(TpmCodes.EkExpired, "A certificate of the endorsement chain is not valid at this time.")
            : Untrusted($"path validation says {string.Join(", ", status)}");
    }

    private static EvidenceFault Untrusted(string why) => new(TpmCodes.EkChain, $"The endorsement certificate is not trusted: {why}.");
}
