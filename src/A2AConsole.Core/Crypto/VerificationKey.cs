using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Crypto;

/// <summary>
/// A public key that verifies signatures: one imported key object, reused for as long as the certificate is (importing it anew
/// makes an ECDSA verification three and a half times dearer). Safe from several threads at once. Whoever made it disposes it,
/// or leaves that to the finaliser of the native handle. Whether its algorithm is accepted is <see cref="AlgorithmPolicy"/>'s to say.
/// </summary>
public abstract class VerificationKey : IDisposable
{
    private protected VerificationKey(SignatureAlgorithm algorithm, string keyId) => (Algorithm, KeyId) = (algorithm, keyId);

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>SHA-256 of the DER SubjectPublicKeyInfo, lower-case hex: DSSE's <c>keyid</c>.</summary>
    public string KeyId { get; }

    /// <summary>The id of a public key.</summary>
    public static string IdOf(PublicKey key) => IdOf(key.ExportSubjectPublicKeyInfo());

    /// <summary>The id of a DER SubjectPublicKeyInfo.</summary>
    public static string IdOf(ReadOnlySpan<byte> subjectPublicKeyInfo) => Convert.ToHexStringLower(Sha256.Hash(subjectPublicKeyInfo));

    /// <summary>Imports a key. Null when it is of none of the kinds that sign for agents, or no valid key of its kind.</summary>
    public static VerificationKey? TryCreate(PublicKey key)
    {
        var algorithm = AlgorithmRegistry.OfKey(key);
        try
        {
            return algorithm == AlgorithmRegistry.EcdsaP256 ? EcdsaVerificationKey.TryImport(key)
                : algorithm == AlgorithmRegistry.Ed25519 ? Ed25519VerificationKey.TryImport(key)
                : algorithm == AlgorithmRegistry.MlDsa44 || algorithm == AlgorithmRegistry.MlDsa65 ? MlDsaVerificationKey.TryImport(algorithm, key)
                : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Imports a DER SubjectPublicKeyInfo in its one canonical encoding. Null as in <see cref="TryCreate(PublicKey)"/>, or when it is malformed.</summary>
    public static VerificationKey? TryCreate(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        try
        {
            var key = PublicKey.CreateFromSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            // Another encoding of the same key would be another key id.
            return read == subjectPublicKeyInfo.Length && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(subjectPublicKeyInfo) ? TryCreate(key) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether <paramref name="signature"/> is this key's over <paramref name="data"/>, in the one form that the registry names. Never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => signature.Length == Algorithm.SignatureSize && VerifySized(data, signature);

    /// <summary>Verifies a signature of the algorithm's own size.</summary>
    private protected abstract bool VerifySized(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
