using System.Formats.Asn1;
using System.Numerics;

namespace A2AConsole.Core.Crypto;

/// <summary>Signatures in other forms than the registry's.</summary>
public static class SignatureForm
{
    /// <summary>
    /// An authenticator's signature in the registry's form: ECDSA's DER sequence (Web Authentication §6.5.5) becomes r‖s; the other algorithms have one form. Null when it is malformed.
    /// </summary>
    public static byte[]? OfAuthenticator(SignatureAlgorithm algorithm, ReadOnlySpan<byte> signature)
    {
        if (algorithm != AlgorithmRegistry.EcdsaP256)
            return signature.Length == algorithm.SignatureSize ? signature.ToArray() : null;
        try
        {
            var reader = new AsnReader(signature.ToArray(), AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            var (r, s) = (sequence.ReadInteger(), sequence.ReadInteger());
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            var half = algorithm.SignatureSize / 2;
            var result = new byte[algorithm.SignatureSize];
            return Fits(r, result.AsSpan(0, half)) && Fits(s, result.AsSpan(half)) ? result : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool Fits(BigInteger value, Span<byte> into)
    {
        if (value.Sign <= 0 || value.GetByteCount(isUnsigned: true) > into.Length)
            return false;
        return value.TryWriteBytes(into[^value.GetByteCount(isUnsigned: true)..], out _, isUnsigned: true, isBigEndian: true);
    }
}
