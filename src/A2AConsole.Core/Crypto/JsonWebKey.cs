using System.Security.Cryptography;
using System.Text.Json;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Crypto;

/// <summary>Reads public keys in JOSE's form (RFC 7517, RFC 7518 §6.2, RFC 8037): P-256 and Ed25519, which are what signs cards.</summary>
public static class JsonWebKey
{
    /// <summary>The key; null when it is of another kind, no valid key, or holds a private half.</summary>
    public static VerificationKey? TryRead(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || jwk.TryGetProperty("d", out _))
            return null;
        return (Text(jwk, "kty"), Text(jwk, "crv")) switch
        {
            ("EC", "P-256") => OfPoint(Text(jwk, "x"), Text(jwk, "y")),
            ("OKP", "Ed25519") => OfEd25519(Text(jwk, "x")),
            _ => null,
        };
    }

    /// <summary>Whether JOSE's <paramref name="alg"/> names this algorithm. <c>EdDSA</c> is what Ed25519 was called before RFC 9864.</summary>
    public static bool Names(SignatureAlgorithm algorithm, string alg) => alg == algorithm.JoseName || alg == "EdDSA" && algorithm == AlgorithmRegistry.Ed25519;

    private static VerificationKey? OfPoint(string? x, string? y)
    {
        if (x is null || y is null || !StrictBase64Url.TryDecode(x, out var left) || !StrictBase64Url.TryDecode(y, out var right) || left.Length != 32 || right.Length != 32)
            return null;
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = left, Y = right } });
            return VerificationKey.TryCreate(key.ExportSubjectPublicKeyInfo());
        }
        catch (CryptographicException)
        {
            // Not a point of the curve.
            return null;
        }
    }

    private static VerificationKey? OfEd25519(string? x)
        => x is not null && StrictBase64Url.TryDecode(x, out var raw) && raw.Length == 32
            ? VerificationKey.TryCreate([.. Convert.FromHexString("302a300506032b6570032100"), .. raw])
            : null;

    private static string? Text(JsonElement value, string name) => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
