using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Crypto;

/// <summary>
/// A public key that verifies signatures: one imported native key, reused for as long as the certificate is (importing it anew
/// makes a verification three and a half times dearer). Safe from several threads at once. Whoever made it disposes it, or
/// leaves that to the finaliser of the native handle.
/// </summary>
public sealed class VerificationKey : IDisposable
{
    private readonly ECDsa _key;

    private VerificationKey(ECDsa key, SignatureAlgorithm algorithm, string keyId) => (_key, Algorithm, KeyId) = (key, algorithm, keyId);

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>SHA-256 of the DER SubjectPublicKeyInfo, lower-case hex: DSSE's <c>keyid</c>.</summary>
    public string KeyId { get; }

    /// <summary>The id of a public key.</summary>
    public static string IdOf(PublicKey key) => IdOf(key.ExportSubjectPublicKeyInfo());

    /// <summary>The id of a DER SubjectPublicKeyInfo.</summary>
    public static string IdOf(ReadOnlySpan<byte> subjectPublicKeyInfo) => Convert.ToHexStringLower(Sha256.Hash(subjectPublicKeyInfo));

    /// <summary>Imports a key. Null when agents may not use its algorithm at <paramref name="now"/>, or the key is no valid point.</summary>
    public static VerificationKey? TryCreate(PublicKey key, DateTimeOffset now)
    {
        var algorithm = AlgorithmRegistry.OfKey(key);
        if (algorithm != AlgorithmRegistry.EcdsaP256 || !algorithm.IsUsable(AlgorithmUses.AgentKey, now))
            return null;
        try
        {
            return key.GetECDsaPublicKey() is { } ecdsa ? new VerificationKey(ecdsa, algorithm, IdOf(key)) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Imports a DER SubjectPublicKeyInfo. Null as in <see cref="TryCreate(PublicKey, DateTimeOffset)"/>, or when it is malformed.</summary>
    public static VerificationKey? TryCreate(ReadOnlySpan<byte> subjectPublicKeyInfo, DateTimeOffset now)
    {
        try
        {
            var key = PublicKey.CreateFromSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            return read == subjectPublicKeyInfo.Length ? TryCreate(key, now) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether <paramref name="signature"/> (r‖s, IEEE P1363) is this key's over <paramref name="data"/>. Never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Algorithm.SignatureSize)
            return false;
        Span<byte> digest = stackalloc byte[Sha256.Size];
        Sha256.Hash(data, digest);
        try
        {
            return _key.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
