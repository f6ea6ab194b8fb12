using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Crypto;

/// <summary>
/// What the makers of hardware sign their certificates with. That is theirs to choose, not ours: nothing here may be used by agents or
/// authorities (<see cref="AlgorithmRegistry"/>). What is broken, or dear beyond reason, is not taken from anybody.
/// </summary>
public static class VendorSignatures
{
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 4096;
    private const string Pss = "1.2.840.113549.1.1.10";

    private static readonly HashSet<string> Taken =
    [
        "1.2.840.113549.1.1.11", // RSA PKCS#1 v1.5 with SHA-256
        "1.2.840.113549.1.1.12", // with SHA-384
        "1.2.840.113549.1.1.13", // with SHA-512
        "1.2.840.10045.4.3.2", // ECDSA with SHA-256
        "1.2.840.10045.4.3.3", // with SHA-384
        "1.2.840.10045.4.3.4", // with SHA-512
    ];

    /// <summary>Whether a vendor's certificate may be signed so.</summary>
    public static bool IsTaken(Oid signatureAlgorithm) => signatureAlgorithm.Value is { } oid && Taken.Contains(oid);

    /// <summary>Whether a vendor's authority may have such a key: RSA of 2048 to 4096 bits, or a NIST curve.</summary>
    public static bool IsTaken(PublicKey authorityKey)
    {
        if (authorityKey.GetRSAPublicKey() is { } rsa)
        {
            using (rsa)
                return rsa.KeySize is >= MinRsaBits and <= MaxRsaBits;
        }
        using var ecdsa = authorityKey.GetECDsaPublicKey();
        return ecdsa is not null && ecdsa.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true } && ecdsa.KeySize is 256 or 384 or 521;
    }

    /// <summary>
    /// Whether a certificate is signed by an RSA key with PSS and SHA-384, as all of AMD's are; other algorithms are none. Throws
    /// <see cref="CryptographicException"/> when it is malformed.
    /// </summary>
    public static bool VerifyPssSha384(X509Certificate2 certificate, PublicKey issuer)
    {
        using var rsa = issuer.GetRSAPublicKey();
        if (rsa is not { KeySize: >= MinRsaBits and <= MaxRsaBits } || certificate.SignatureAlgorithm.Value != Pss)
            return false;
        try
        {
            var parts = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            var signed = parts.ReadEncodedValue();
            parts.ReadEncodedValue();
            // The algorithm's parameters are not followed: the hash and the salt are ours to demand.
            return rsa.VerifyData(signed.Span, parts.ReadBitString(out _), HashAlgorithmName.SHA384, RSASignaturePadding.Pss);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The certificate is malformed.", e);
        }
    }

    /// <summary>Whether r‖s is a P-384 key's signature with SHA-384. A dear one: callers check everything else first.</summary>
    public static bool VerifyEcdsaP384(PublicKey key, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        using var ecdsa = key.GetECDsaPublicKey();
        return ecdsa is { KeySize: 384 } && ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
