using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Crypto;

/// <summary>
/// The one place that names signature algorithms. What is not listed is refused; what is listed is taken only for its uses, and
/// only as <see cref="AlgorithmPolicy"/> says at the time. An expensive algorithm is a denial-of-service lever (P-384 costs twelve
/// times a P-256 verification), so being secure is not enough to be allowed.
/// </summary>
public static class AlgorithmRegistry
{
    private const string EcPublicKey = "1.2.840.10045.2.1";

    /// <summary>ECDSA over P-256 with SHA-256, signatures as r‖s (IEEE P1363, 64 bytes): what agents and authorities use.</summary>
    public static SignatureAlgorithm EcdsaP256 { get; } = new()
    {
        Ordinal = 0,
        Id = "ecdsa-p256-sha256",
        Family = "ecdsa",
        Name = "ECDSA P-256",
        Strength = 128,
        Status = AlgorithmStatus.Preferred,
        Uses = AlgorithmUses.AgentKey | AlgorithmUses.Certificate | AlgorithmUses.Envelope | AlgorithmUses.AttestationResult,
        SignatureSize = 64,
        JoseName = "ES256",
        KeyOid = EcPublicKey,
        CurveOid = "1.2.840.10045.3.1.7",
        SignatureOid = "1.2.840.10045.4.3.2",
        Hash = HashAlgorithmName.SHA256,
    };

    /// <summary>Ed25519 (RFC 8032): the ledger's checkpoints (C2SP signed notes), attestation results where ECDSA is not wanted for them, and agents that bring such keys.</summary>
    public static SignatureAlgorithm Ed25519 { get; } = new()
    {
        Ordinal = 1,
        Id = "ed25519",
        Family = "eddsa",
        Name = "Ed25519",
        Strength = 128,
        Status = AlgorithmStatus.Allowed,
        Uses = AlgorithmUses.AgentKey | AlgorithmUses.Envelope | AlgorithmUses.Checkpoint | AlgorithmUses.AttestationResult,
        SignatureSize = 64,
        JoseName = "Ed25519",
        KeyOid = "1.3.101.112",
        SignatureOid = "1.3.101.112",
        NoteType = 0x01,
    };

    /// <summary>ML-DSA-44 (FIPS 204, pure, empty context; keys as RFC 9881 says): signs events beside or instead of the certificate's key.</summary>
    public static SignatureAlgorithm MlDsa44 { get; } = new()
    {
        Ordinal = 2,
        Id = "ml-dsa-44",
        Family = "ml-dsa",
        Name = "ML-DSA-44",
        Strength = 128,
        QuantumCategory = 2,
        Status = AlgorithmStatus.Allowed,
        Uses = AlgorithmUses.Envelope,
        SignatureSize = 2420,
        JoseName = "ML-DSA-44",
        KeyOid = "2.16.840.1.101.3.4.3.17",
        SignatureOid = "2.16.840.1.101.3.4.3.17",
    };

    /// <summary>ML-DSA-65 (FIPS 204), as <see cref="MlDsa44"/>: a wider margin for a larger signature.</summary>
    public static SignatureAlgorithm MlDsa65 { get; } = new()
    {
        Ordinal = 3,
        Id = "ml-dsa-65",
        Family = "ml-dsa",
        Name = "ML-DSA-65",
        Strength = 192,
        QuantumCategory = 3,
        Status = AlgorithmStatus.Allowed,
        Uses = AlgorithmUses.Envelope,
        SignatureSize = 3309,
        JoseName = "ML-DSA-65",
        KeyOid = "2.16.840.1.101.3.4.3.18",
        SignatureOid = "2.16.840.1.101.3.4.3.18",
    };

    /// <summary>Everything that we know by name, whether we take it or not.</summary>
    public static IReadOnlyList<SignatureAlgorithm> All { get; } =
    [
        EcdsaP256,
        Ed25519,
        MlDsa44,
        MlDsa65,
        new()
        {
            Ordinal = 4, Id = "ecdsa-p384-sha384", Family = "ecdsa", Name = "ECDSA P-384", Strength = 192, Status = AlgorithmStatus.Forbidden, Uses = AlgorithmUses.None,
            SignatureSize = 96, JoseName = "ES384", KeyOid = EcPublicKey, CurveOid = "1.3.132.0.34", SignatureOid = "1.2.840.10045.4.3.3", Hash = HashAlgorithmName.SHA384,
        },
        new()
        {
            Ordinal = 5, Id = "rsa-pss-sha256", Family = "rsa", Name = "RSA-PSS", Strength = 112, Status = AlgorithmStatus.Forbidden, Uses = AlgorithmUses.None,
            JoseName = "PS256", KeyOid = "1.2.840.113549.1.1.1", SignatureOid = "1.2.840.113549.1.1.10", Hash = HashAlgorithmName.SHA256,
        },
        new()
        {
            Ordinal = 6, Id = "rsa-pkcs1-sha1", Family = "rsa", Name = "RSA with SHA-1", Strength = 80, Status = AlgorithmStatus.Forbidden, Uses = AlgorithmUses.None,
            SignatureOid = "1.2.840.113549.1.1.5", Hash = HashAlgorithmName.SHA1,
        },
        new()
        {
            Ordinal = 7, Id = "ml-dsa-87", Family = "ml-dsa", Name = "ML-DSA-87", Strength = 256, QuantumCategory = 5, Status = AlgorithmStatus.Forbidden, Uses = AlgorithmUses.None,
            SignatureSize = 4627, JoseName = "ML-DSA-87", KeyOid = "2.16.840.1.101.3.4.3.19", SignatureOid = "2.16.840.1.101.3.4.3.19",
        },
    ];

    /// <summary>The algorithm for new keys.</summary>
    public static SignatureAlgorithm Default => EcdsaP256;

    /// <summary>The named curve of new keys.</summary>
    public static ECCurve DefaultCurve => ECCurve.NamedCurves.nistP256;

    /// <summary>The digest that goes with <see cref="Default"/>, for certificate requests and certificates.</summary>
    public static HashAlgorithmName DefaultHash => EcdsaP256.Hash;

    /// <summary>The algorithm of an id, or null.</summary>
    public static SignatureAlgorithm? Find(string? id) => All.FirstOrDefault(a => a.Id == id);

    /// <summary>The algorithm that a public key is for, or null when it is none that we know. Explicit curve parameters are none.</summary>
    public static SignatureAlgorithm? OfKey(PublicKey key)
    {
        var oid = key.Oid.Value;
        if (oid == EcPublicKey)
            return CurveOf(key) is { } curve ? All.FirstOrDefault(a => a.KeyOid == oid && a.CurveOid == curve) : null;
        var algorithm = All.FirstOrDefault(a => a.KeyOid is not null && a.KeyOid == oid);
        // RFC 8410 and RFC 9881: the parameters must be absent. A second spelling of one key would give it a second key id.
        return algorithm is { Family: not "rsa" } && key.EncodedParameters is { RawData.Length: > 0 } ? null : algorithm;
    }

    /// <summary>The algorithm that a certificate was signed with, or null when it is none that we know.</summary>
    public static SignatureAlgorithm? OfSignature(Oid oid) => All.FirstOrDefault(a => a.SignatureOid is not null && a.SignatureOid == oid.Value);

    private static string? CurveOf(PublicKey key)
    {
        if (key.EncodedParameters is not { } parameters)
            return null;
        try
        {
            var curve = AsnDecoder.ReadObjectIdentifier(parameters.RawData, AsnEncodingRules.DER, out var read);
            return read == parameters.RawData.Length ? curve : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
