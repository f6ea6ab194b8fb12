using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace A2AConsole.Core.Crypto;

/// <summary>Ed25519 (RFC 8032, pure).</summary>
internal sealed class Ed25519VerificationKey : VerificationKey
{
    private readonly Ed25519PublicKeyParameters _key;

    private Ed25519VerificationKey(Ed25519PublicKeyParameters key, string keyId)
        : base(AlgorithmRegistry.Ed25519, keyId) => _key = key;

    public static Ed25519VerificationKey? TryImport(PublicKey key)
    {
        var raw = key.EncodedKeyValue.RawData;
        // The full validation also turns small-order points away, under which one signature fits many messages.
        return raw.Length == Ed25519.PublicKeySize && Ed25519.ValidatePublicKeyFull(raw) ? new(new Ed25519PublicKeyParameters(raw), IdOf(key)) : null;
    }

    private protected override bool VerifySized(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        => _key.Verify(Ed25519.Algorithm.Ed25519, null, data, signature);
}
