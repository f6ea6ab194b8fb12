using System.Formats.Asn1;
using System.Security.Cryptography;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Trust.Attestation.Image;

/// <summary>
/// The public key of a builder, a platform or an agent that may sign statements, of any algorithm that agents may sign with.
/// ECDSA signatures come in DER, as the tools of the field write them, or as r‖s, as we do.
/// </summary>
internal sealed class PinnedKey
{
    private readonly VerificationKey _key;

    private PinnedKey(VerificationKey key) => _key = key;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex: what a signature's <c>keyid</c> may say.</summary>
    public string Id => _key.KeyId;

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
    public static PinnedKey? FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der) => VerificationKey.TryCreate(der) is { } key ? new(key) : null;

    /// <summary>Whether a signature over <paramref name="data"/> is this key's. Never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var size = _key.Algorithm.SignatureSize;
        // DER of a P-256 signature has 70 to 72 bytes but for one in 2^40: by length the two forms don't meet.
        if (_key.Algorithm != AlgorithmRegistry.EcdsaP256 || signature.Length == size)
            return _key.Verify(data, signature);
        Span<byte> joined = stackalloc byte[size];
        return Join(signature, joined) && _key.Verify(data, joined);
    }

    /// <summary>From SEQUENCE { r, s } to r‖s.</summary>
    private static bool Join(ReadOnlySpan<byte> der, Span<byte> joined)
    {
        try
        {
            joined.Clear();
            var whole = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
            var pair = whole.ReadSequence();
            var half = joined.Length / 2;
            for (var part = joined; !part.IsEmpty; part = part[half..])
            {
                var number = pair.ReadIntegerBytes().Span.TrimStart((byte)0);
                if (number.Length > half)
                    return false;
                number.CopyTo(part[(half - number.Length)..half]);
            }
            return !pair.HasData && !whole.HasData;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
