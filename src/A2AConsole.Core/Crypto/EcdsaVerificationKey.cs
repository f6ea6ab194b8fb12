using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Crypto;

/// <summary>ECDSA P-256 with SHA-256 through the platform's library; signatures are r‖s (IEEE P1363).</summary>
internal sealed class EcdsaVerificationKey : VerificationKey
{
    private readonly ECDsa _key;

    private EcdsaVerificationKey(ECDsa key, string keyId)
        : base(AlgorithmRegistry.EcdsaP256, keyId) => _key = key;

    public static EcdsaVerificationKey? TryImport(PublicKey key) => key.GetECDsaPublicKey() is { } ecdsa ? new(ecdsa, IdOf(key)) : null;

    private protected override bool VerifySized(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
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

    public override void Dispose()
    {
        _key.Dispose();
        base.Dispose();
    }
}
