using System.Buffers.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Attestation;

/// <summary>A key that signs attestation results, in custody.</summary>
internal sealed class AttestationKey(SignatureAlgorithm algorithm, ICustodyKey key)
{
    private const int CoordinateSize = 32;

    public SignatureAlgorithm Algorithm => algorithm;

    /// <summary>SHA-256 of its SubjectPublicKeyInfo, lower-case hex.</summary>
    public string Id { get; } = VerificationKey.IdOf(key.SubjectPublicKeyInfo.Span);

    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => key.SubjectPublicKeyInfo;

    /// <summary>The public half as a JWK (RFC 7517; EC of RFC 7518 §6.2, OKP of RFC 8037).</summary>
    public object Jwk
    {
        get
        {
            // A SubjectPublicKeyInfo ends in its key: the uncompressed point 0x04 ‖ x ‖ y, or the 32 bytes of Ed25519.
            var spki = SubjectPublicKeyInfo.Span;
            return algorithm == AlgorithmRegistry.Ed25519
                ? new { kty = "OKP", crv = "Ed25519", use = "sig", alg = algorithm.JoseName, kid = Id, x = Base64Url.EncodeToString(spki[^CoordinateSize..]) }
                : new
                {
                    kty = "EC", crv = "P-256", use = "sig", alg = algorithm.JoseName, kid = Id,
                    x = Base64Url.EncodeToString(spki[^(2 * CoordinateSize)..^CoordinateSize]), y = Base64Url.EncodeToString(spki[^CoordinateSize..]),
                };
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> message) => key.Sign(message);
}
