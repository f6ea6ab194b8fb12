using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Attestation.SevSnp;

/// <summary>
/// AMD's chain has a fixed shape: a root (ARK) that is pinned, one signing key (ASK), the chip's key (VCEK). So no path is built: each signature is
/// verified with the key of the certificate that must have made it. Nothing is downloaded, revocation by AMD is not asked.
/// </summary>
public static class SnpChain
{
    /// <summary>Why a chip's certificate does not lead to one of the roots; null when it does. Never throws.</summary>
    public static EvidenceFault? Check(SnpVcek vcek, X509Certificate2 signing, IReadOnlyList<X509Certificate2> roots, DateTimeOffset now)
    {
        try
        {
            return CheckNamed(vcek.Certificate, signing, roots, now);
        }
        catch (CryptographicException)
        {
            return Untrusted("a certificate of its chain is malformed");
        }
    }

    /// <summary>Whether the report is signed by the chip of the certificate.</summary>
    public static EvidenceFault? CheckSignature(SnpReport report, SnpVcek vcek)
    {
        try
        {
            return VendorSignatures.VerifyEcdsaP384(vcek.Certificate.PublicKey, report.Signed.Span, report.Signature)
                ? null
                : new(SnpCodes.SignatureInvalid, "The report is not signed by the chip of the certificate, or was changed since.");
        }
        catch (CryptographicException)
        {
            return new(SnpCodes.SignatureInvalid, "The chip's certificate does not hold a valid P-384 key.");
        }
    }

    [SuppressMessage("Style", "IDE0046", Justification = "A rule a statement reads better than one nested expression.")]
    private static EvidenceFault? CheckNamed(X509Certificate2 vcek, X509Certificate2 signing, IReadOnlyList<X509Certificate2> roots, DateTimeOffset now)
    {
        if (VendorCertificateReading.TryRead(signing, out var why) is not { } reading)
            return Untrusted($"the certificate of its signing key (ASK) {why}");
        if (!reading.MaySign)
            return Untrusted("the certificate of its signing key (ASK) may not sign certificates");
        if (!Names(vcek.IssuerName, signing.SubjectName))
            return Untrusted("it names another issuer than the signing key (ASK) that came with it");
        var root = roots.FirstOrDefault(r => Names(signing.IssuerName, r.SubjectName));
        if (root is null)
            return Untrusted("its signing key (ASK) was not issued by a root (ARK) that the entry trusts");
        foreach (var certificate in new[] { vcek, signing, root })
        {
            if (now < certificate.NotBefore || now > certificate.NotAfter)
                return new(SnpCodes.Expired, "A certificate of the chip's chain is not valid at this time.");
        }
        if (!VendorSignatures.VerifyPssSha384(signing, root.PublicKey))
            return Untrusted("its signing key (ASK) is not signed by the root (ARK) that it names");
        return VendorSignatures.VerifyPssSha384(vcek, signing.PublicKey) ? null : Untrusted("it is not signed by the signing key (ASK) that came with it");
    }

    private static bool Names(X500DistinguishedName issuer, X500DistinguishedName subject) => issuer.RawData.AsSpan().SequenceEqual(subject.RawData);

    private static EvidenceFault Untrusted(string why) => new(SnpCodes.Chain, $"The chip's certificate (VCEK) is not trusted: {why}.");
}
