using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Crypto;

/// <summary>Public keys as authenticators give them (COSE_Key, RFC 9053), of the one kind that passkeys have here.</summary>
public static class CoseKey
{
    /// <summary>COSE's number of the only algorithm that passkeys may use: ES256.</summary>
    public const int AlgorithmNumber = -7;

    private const int Coordinate = 32;

    // CTAP2's canonical CBOR leaves one encoding of such a key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    private static ReadOnlySpan<byte> BeforeX => [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    private static ReadOnlySpan<byte> BeforeY => [0x22, 0x58, 0x20];

    /// <summary>The key as DER SubjectPublicKeyInfo; null when it is of another kind, malformed, or no point of its curve.</summary>
    public static byte[]? ToSubjectPublicKeyInfo(ReadOnlySpan<byte> cose)
    {
        if (cose.Length != BeforeX.Length + Coordinate + BeforeY.Length + Coordinate || !cose.StartsWith(BeforeX) || !cose[(BeforeX.Length + Coordinate)..].StartsWith(BeforeY))
            return null;
        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = cose.Slice(BeforeX.Length, Coordinate).ToArray(), Y = cose[^Coordinate..].ToArray() },
            });
            return new PublicKey(key).ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
