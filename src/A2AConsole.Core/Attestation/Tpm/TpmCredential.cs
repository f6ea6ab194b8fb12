using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Encodings;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>
/// A secret that only one TPM can open, and only for one attestation key: what TPM2_MakeCredential does, outside of a TPM (TPM 2.0
/// Part 1 §24, Part 1 annexes B.10.4 and C.6.4). TPM2_ActivateCredential gives the secret out only when an object of that very name
/// is loaded beside the endorsement key.
/// </summary>
/// <param name="CredentialBlob">TPM2B_ID_OBJECT: integrity and encrypted secret.</param>
/// <param name="EncryptedSeed">TPM2B_ENCRYPTED_SECRET: what the endorsement key opens.</param>
public sealed record TpmCredential(byte[] CredentialBlob, byte[] EncryptedSeed)
{
    /// <summary>Bytes of the secret: at most what the endorsement key's name hash has.</summary>
    public const int SecretSize = 32;

    private const int SeedSize = SHA256.HashSizeInBytes;
    private const int CipherKeySize = 16;
    private const int CipherBlock = 16;

    // The TPM takes its labels with their terminating zero.
    private static readonly byte[] Identity = "IDENTITY\0"u8.ToArray();

    /// <summary>
    /// Makes a credential for the attestation key named <paramref name="attestationName"/>. The endorsement key must have passed
    /// <see cref="TpmKeyRules.CheckEndorsementKey"/>; null when its point is not on the curve.
    /// </summary>
    public static TpmCredential? Make(TpmPublic endorsement, ReadOnlySpan<byte> attestationName, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretSize);
        Span<byte> seed = stackalloc byte[SeedSize];
        if ((endorsement.Type == TpmAlgorithm.Rsa ? WrapForRsa(endorsement, seed) : AgreeWithEcc(endorsement, seed)) is not { } encryptedSeed)
            return null;

        Span<byte> cipherKey = stackalloc byte[CipherKeySize];
        SP800108HmacCounterKdf.DeriveBytes(seed, HashAlgorithmName.SHA256, "STORAGE"u8, attestationName, cipherKey);
        Span<byte> hmacKey = stackalloc byte[SHA256.HashSizeInBytes];
        SP800108HmacCounterKdf.DeriveBytes(seed, HashAlgorithmName.SHA256, "INTEGRITY"u8, [], hmacKey);

        var encrypted = Encrypt(cipherKey, Sized(secret));
        var integrity = HMACSHA256.HashData(hmacKey, (byte[])[.. encrypted, .. attestationName]);
        CryptographicOperations.ZeroMemory(seed);
        CryptographicOperations.ZeroMemory(cipherKey);
        CryptographicOperations.ZeroMemory(hmacKey);
        return new TpmCredential(Sized([.. Sized(integrity), .. encrypted]), Sized(encryptedSeed));
    }

    /// <summary>RSA: a random seed by OAEP with the label IDENTITY. The framework's OAEP takes no label.</summary>
    private static byte[] WrapForRsa(TpmPublic endorsement, Span<byte> seed)
    {
        RandomNumberGenerator.Fill(seed);
        var oaep = new OaepEncoding(new RsaEngine(), new Sha256Digest(), new Sha256Digest(), Identity);
        oaep.Init(forEncryption: true, new RsaKeyParameters(isPrivate: false, new BigInteger(1, endorsement.RsaModulus), new BigInteger(1, endorsement.ExponentBytes())));
        var plain = seed.ToArray();
        return oaep.ProcessBlock(plain, 0, plain.Length);
    }

    /// <summary>ECC: a one-time key; the seed is KDFe (SP 800-56A) of what it agrees on with the endorsement key.</summary>
    private static byte[]? AgreeWithEcc(TpmPublic endorsement, Span<byte> seed)
    {
        var theirs = endorsement.EcParameters();
        using var ours = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] shared;
        try
        {
            using var peer = ECDiffieHellman.Create(theirs);
            using var peerKey = peer.PublicKey;
            shared = ours.DeriveRawSecretAgreement(peerKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
        var point = ours.ExportParameters(includePrivateParameters: false).Q;
        Span<byte> counter = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, 1);
        SHA256.HashData([.. counter, .. shared, .. Identity, .. point.X!, .. theirs.Q.X!], seed);
        CryptographicOperations.ZeroMemory(shared);
        return [.. Sized(point.X), .. Sized(point.Y)];
    }

    /// <summary>AES-128-CFB from a zero vector. The framework wants whole blocks; in this mode what follows changes nothing before it.</summary>
    private static byte[] Encrypt(ReadOnlySpan<byte> key, byte[] plain)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        var padded = new byte[(plain.Length + CipherBlock - 1) / CipherBlock * CipherBlock];
        plain.CopyTo(padded, 0);
        var encrypted = aes.EncryptCfb(padded, new byte[CipherBlock], PaddingMode.None, feedbackSizeInBits: 8 * CipherBlock);
        CryptographicOperations.ZeroMemory(padded);
        return encrypted[..plain.Length];
    }

    /// <summary>As a TPM2B: two bytes of length before it.</summary>
    private static byte[] Sized(ReadOnlySpan<byte> bytes)
    {
        var sized = new byte[2 + bytes.Length];
        BinaryPrimitives.WriteUInt16BigEndian(sized, (ushort)bytes.Length);
        bytes.CopyTo(sized.AsSpan(2));
        return sized;
    }
}
