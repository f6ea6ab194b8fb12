using System.Security.Cryptography;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>A TPM's signature over a TPMS_ATTEST: TPMT_SIGNATURE (TPM 2.0 Part 2 §11.3.4), RSASSA or ECDSA with SHA-256.</summary>
public static class TpmSignature
{
    /// <summary>The longest TPMT_SIGNATURE that is read, in bytes.</summary>
    public const int MaxSize = 1024;

    private const int CoordinateSize = 32;

    /// <summary>
    /// Why <paramref name="signature"/> is not <paramref name="key"/>'s over <paramref name="signed"/>; null when it is. The key must have
    /// passed <see cref="TpmKeyRules.CheckAttestationKey"/>: the key's own scheme is the only one that is taken. Never throws.
    /// </summary>
    public static EvidenceFault? Check(TpmPublic key, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (signature.Length > MaxSize)
            return Malformed("it is too long");
        var reader = new TpmReader(signature);
        if (reader.UInt16() != key.Scheme || reader.UInt16() != key.SchemeHash)
            return Malformed("its scheme or hash is not the attestation key's own");
        try
        {
            bool isValid;
            if (key.Type == TpmAlgorithm.Rsa)
            {
                var value = reader.Sized();
                if (!reader.IsComplete || value.Length != key.RsaModulus.Length)
                    return Malformed("it does not have the length of the key's modulus");
                using var rsa = RSA.Create(new RSAParameters { Modulus = key.RsaModulus, Exponent = key.ExponentBytes() });
                isValid = rsa.VerifyData(signed, value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }
            else
            {
                Span<byte> fixedForm = stackalloc byte[2 * CoordinateSize];
                fixedForm.Clear();
                if (!ReadNumber(ref reader, fixedForm[..CoordinateSize]) || !ReadNumber(ref reader, fixedForm[CoordinateSize..]) || !reader.IsComplete)
                    return Malformed("it is not two numbers of at most 32 bytes");
                using var ecdsa = ECDsa.Create(key.EcParameters());
                isValid = ecdsa.VerifyData(signed, fixedForm, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }
            return isValid ? null : Invalid();
        }
        catch (CryptographicException)
        {
            return Invalid();
        }
    }

    /// <summary>A number as a TPM2B, which some TPMs write without its leading zeros.</summary>
    private static bool ReadNumber(ref TpmReader reader, scoped Span<byte> destination)
    {
        var number = reader.Sized();
        if (number.Length > destination.Length)
            return false;
        number.CopyTo(destination[(destination.Length - number.Length)..]);
        return true;
    }

    private static EvidenceFault Malformed(string what)
        => new(TpmCodes.SignatureMalformed, $"The quote's signature is not a TPMT_SIGNATURE of the attestation key: {what}; send what tpm2_quote --signature writes.");

    private static EvidenceFault Invalid()
        => new(TpmCodes.SignatureInvalid, "The quote is not signed by the attestation key that was challenged: use one key for the opening and for the quote.");
}
