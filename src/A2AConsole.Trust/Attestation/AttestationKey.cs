using System.Buffers.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Attestation;

/// <summary>The key that signs attestation results; it stays in custody and is opened with the first use.</summary>
internal sealed class AttestationKey(IKeyCustody custody)
{
    /// <summary>Its name in custody.</summary>
    public const string Name = "attestation";

    /// <summary>Its algorithm as JOSE names it (RFC 7518 §3.1).</summary>
    public static string JoseAlgorithm { get; } = AlgorithmRegistry.EcdsaP256.JoseName!;

    private const int CoordinateSize = 32;

    private readonly Lazy<Opened> _opened = new(() => new Opened(custody.GetOrCreate(Name, KeyKind.EcdsaP256)));

    private sealed class Opened(ICustodyKey key)
    {
        public ICustodyKey Key => key;
        public string Id { get; } = VerificationKey.IdOf(key.SubjectPublicKeyInfo.Span);
        // SubjectPublicKeyInfo of a P-256 key ends in the uncompressed point: 0x04 ‖ x ‖ y.
        public string X { get; } = Base64Url.EncodeToString(key.SubjectPublicKeyInfo.Span[^(2 * CoordinateSize)..^CoordinateSize]);
        public string Y { get; } = Base64Url.EncodeToString(key.SubjectPublicKeyInfo.Span[^CoordinateSize..]);
    }

    /// <summary>SHA-256 of its SubjectPublicKeyInfo, lower-case hex.</summary>
    public string Id => _opened.Value.Id;

    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _opened.Value.Key.SubjectPublicKeyInfo;

    /// <summary>The public half as a JWK set (RFC 7517).</summary>
    public object Jwks => new
    {
        keys = new[] { new { kty = "EC", crv = "P-256", use = "sig", alg = JoseAlgorithm, kid = Id, x = _opened.Value.X, y = _opened.Value.Y } },
    };

    public byte[] Sign(ReadOnlySpan<byte> message) => _opened.Value.Key.Sign(message);
}
