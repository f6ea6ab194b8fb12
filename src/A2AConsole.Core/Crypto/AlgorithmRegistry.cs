using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Crypto;

/// <summary>
/// The one place that names signature algorithms. What is not listed is refused; what is listed is taken only as its status,
/// uses and date say. An expensive algorithm is a denial-of-service lever (P-384 costs twelve times a P-256 verification),
/// so being secure is not enough to be allowed.
/// </summary>
public static class AlgorithmRegistry
{
    private const string EcPublicKey = "1.2.840.10045.2.1";

    /// <summary>ECDSA over P-256 with SHA-256, signatures as r‖s (IEEE P1363, 64 bytes): what agents and authorities use.</summary>
    public static SignatureAlgorithm EcdsaP256 { get; } = new()
    {
        Id = "ecdsa-p256-sha256",
        Family = "ecdsa",
        Strength = 128,
        Status = AlgorithmStatus.Preferred,
        Uses = AlgorithmUses.AgentKey | AlgorithmUses.Certificate,
        SignatureSize = 64,
        KeyOid = EcPublicKey,
        CurveOid = "1.2.840.10045.3.1.7",
        SignatureOid = "1.2.840.10045.4.3.2",
        Hash = HashAlgorithmName.SHA256,
    };

    /// <summary>Ed25519: the ledger's checkpoints (C2SP signed notes).</summary>
    public static SignatureAlgorithm Ed25519 { get; } = new()
    {
        Id = "ed25519",
        Family = "eddsa",
        Strength = 128,
        Status = AlgorithmStatus.Allowed,
        Uses = AlgorithmUses.Checkpoint,
        SignatureSize = 64,
        KeyOid = "1.3.101.112",
        SignatureOid = "1.3.101.112",
    };

    /// <summary>Everything that we know by name, whether we take it or not.</summary>
    public static IReadOnlyList<SignatureAlgorithm> All { get; } =
    [
        EcdsaP256,
        Ed25519,
        new()
        {
            Id = "ecdsa-p384-sha384", Family = "ecdsa", Strength = 192, Status = AlgorithmStatus.Forbidden, Uses = AlgorithmUses.None,
            SignatureSize = 96, KeyOid = EcPublicKey, CurveOid = "1.3.132.0.34", SignatureOid = "1.2.840.10045.4.3.3", Hash = HashAlgorithmName.SHA384,
        },
        new()
        {
            Id = "rsa-pss-sha256", Family = "rsa", Strength = 112, Status = AlgorithmStatus.Forbidden, Uses = AlgorithmUses.None,
            KeyOid = "1.2.840.113549.1.1.1", SignatureOid = "1.2.840.113549.1.1.10", Hash = HashAlgorithmName.SHA256,
        },
        new()
        {
            Id = "rsa-pkcs1-sha1", Family = "rsa", Strength = 80, Status = AlgorithmStatus.Forbidden, Uses = AlgorithmUses.None,
            SignatureOid = "1.2.840.113549.1.1.5", Hash = HashAlgorithmName.SHA1,
        },
        new()
        {
            Id = "ml-dsa-44", Family = "ml-dsa", Strength = 128, Status = AlgorithmStatus.Forbidden, Uses = AlgorithmUses.None,
            SignatureSize = 2420, KeyOid = "2.16.840.1.101.3.4.3.17", SignatureOid = "2.16.840.1.101.3.4.3.17",
        },
    ];

    /// <summary>The algorithm for new keys.</summary>
    public static SignatureAlgorithm Default => EcdsaP256;

    /// <summary>The named curve of new keys.</summary>
    public static ECCurve DefaultCurve => ECCurve.NamedCurves.nistP256;

    /// <summary>The digest that goes with <see cref="Default"/>, for certificate requests and certificates.</summary>
    public static HashAlgorithmName DefaultHash => EcdsaP256.Hash;

    /// <summary>The algorithm of an id, or null.</summary>
    public static SignatureAlgorithm? Find(string id) => All.FirstOrDefault(a => a.Id == id);

    /// <summary>The algorithm that a public key is for, or null when it is none that we know. Explicit curve parameters are none.</summary>
    public static SignatureAlgorithm? OfKey(PublicKey key)
    {
        var oid = key.Oid.Value;
        string? curve = null;
        if (oid == EcPublicKey)
        {
            if (key.EncodedParameters is not { } parameters)
                return null;
            try
            {
                curve = AsnDecoder.ReadObjectIdentifier(parameters.RawData, AsnEncodingRules.DER, out var read);
                if (read != parameters.RawData.Length)
                    return null;
            }
            catch (AsnContentException)
            {
                return null;
            }
        }
        return All.FirstOrDefault(a => a.KeyOid is not null && a.KeyOid == oid && a.CurveOid == curve);
    }

    /// <summary>The algorithm that a certificate was signed with, or null when it is none that we know.</summary>
    public static SignatureAlgorithm? OfSignature(Oid oid) => All.FirstOrDefault(a => a.SignatureOid is not null && a.SignatureOid == oid.Value);
}
