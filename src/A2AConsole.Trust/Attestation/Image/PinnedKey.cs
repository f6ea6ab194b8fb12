using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace A2AConsole.Trust.Attestation.Image;

/// <summary>
/// The public key of a builder, a platform or an agent that may sign statements: ECDSA P-256, with signatures in DER as the
/// tools of the field write them or as r‖s as we do, or Ed25519.
/// </summary>
internal sealed class PinnedKey
{
    private const int Ed25519KeySize = 32, Ed25519SignatureSize = 64;

    private readonly ECDsa? _ecdsa;
    private readonly byte[] _ed25519 = [];

    private PinnedKey(string id, ECDsa ecdsa) => (Id, _ecdsa) = (id, ecdsa);

    private PinnedKey(string id, byte[] ed25519) => (Id, _ed25519) = (id, ed25519);

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex: what a signature's <c>keyid</c> may say.</summary>
    public string Id { get; }

    /// <summary>Reads a PEM public key; null when it is none that may sign statements.</summary>
    public static PinnedKey? FromPem(string pem)
    {
        try
        {
            return PemEncoding.TryFind(pem, out var fields) && pem[fields.Label] == "PUBLIC KEY" && pem.Trim().Length == pem[fields.Location].Length
                ? FromSubjectPublicKeyInfo(Convert.FromBase64String(pem[fields.Base64Data]))
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Reads a DER public key; null when it is none that may sign statements.</summary>
    public static PinnedKey? FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der)
    {
        try
        {
            var key = PublicKey.CreateFromSubjectPublicKeyInfo(der, out var read);
            var algorithm = AlgorithmRegistry.OfKey(key);
            if (read != der.Length)
                return null;
            if (algorithm == AlgorithmRegistry.EcdsaP256)
                return key.GetECDsaPublicKey() is { } ecdsa ? new(VerificationKey.IdOf(der), ecdsa) : null;
            var raw = key.EncodedKeyValue.RawData;
            return algorithm == AlgorithmRegistry.Ed25519 && raw.Length == Ed25519KeySize && Ed25519.ValidatePublicKeyFull(raw, 0) ? new(VerificationKey.IdOf(der), raw) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether a signature over <paramref name="data"/> is this key's. Never throws.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A signature that cannot be decoded is none.")]
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (_ecdsa is null)
                return signature.Length == Ed25519SignatureSize && Ed25519.Verify(signature.ToArray(), 0, _ed25519, 0, data.ToArray(), 0, data.Length);
            // DER of a P-256 signature has 70 to 72 bytes but for one in 2^40: by length the two forms don't meet.
            var form = signature.Length == AlgorithmRegistry.EcdsaP256.SignatureSize ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation : DSASignatureFormat.Rfc3279DerSequence;
            return _ecdsa.VerifyData(data, signature, AlgorithmRegistry.DefaultHash, form);
        }
        catch (Exception)
        {
            return false;
        }
    }
}
