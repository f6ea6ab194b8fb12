using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>
/// What the two keys must be. The endorsement key: the vendor's, by the TCG's templates L-1 (RSA 2048) or L-2 (P-256) of the EK
/// Credential Profile, B.3. The attestation key: one that signs nothing but what the TPM itself made, and that never left it.
/// </summary>
public static class TpmKeyRules
{
    private const TpmObjectAttributes Home = TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.SensitiveDataOrigin;
    private const int EkBits = 2048;
    private const int AkMaxBits = 3072;

    /// <summary>Why a key cannot be an endorsement key; null when it can.</summary>
    [SuppressMessage("Style", "IDE0046", Justification = "A rule a statement reads better than one nested expression.")]
    public static EvidenceFault? CheckEndorsementKey(TpmPublic key)
    {
        if (key.NameAlgorithm != TpmAlgorithm.Sha256)
            return new(TpmCodes.EkKey, $"The endorsement key is named by the hash {Hex(key.NameAlgorithm)}; SHA-256 (0x000b) is needed, as in the TCG's templates L-1 and L-2.");
        if (key.Type == TpmAlgorithm.Rsa && (key.RsaBits != EkBits || key.RsaExponent != 65537))
            return new(TpmCodes.EkKey, string.Create(CultureInfo.InvariantCulture, $"The endorsement key is RSA {key.RsaBits} with the exponent {key.RsaExponent}; RSA 2048 with 65537, or P-256, is needed."));
        if (key.Type == TpmAlgorithm.Ecc && key.Curve != TpmAlgorithm.NistP256)
            return new(TpmCodes.EkKey, $"The endorsement key is on the curve {Hex(key.Curve)}; P-256 (0x0003), or RSA 2048, is needed.");
        if (key.Symmetric != TpmAlgorithm.Aes || key.SymmetricBits != 128 || key.SymmetricMode != TpmAlgorithm.Cfb)
            return new(TpmCodes.EkKey, "The endorsement key does not protect credentials with AES-128-CFB, which the TCG's templates L-1 and L-2 do.");
        if (key.Scheme != TpmAlgorithm.None)
            return new(TpmCodes.EkKey, $"The endorsement key has the scheme {Hex(key.Scheme)}; a storage key has none.");
        return CheckAttributes(key, TpmCodes.EkAttributes, "endorsement", Home | TpmObjectAttributes.Restricted | TpmObjectAttributes.Decrypt, TpmObjectAttributes.Sign);
    }

    /// <summary>Why a key cannot be an attestation key; null when it can.</summary>
    [SuppressMessage("Style", "IDE0046", Justification = "A rule a statement reads better than one nested expression.")]
    public static EvidenceFault? CheckAttestationKey(TpmPublic key)
    {
        if ((key.Attributes & TpmObjectAttributes.Restricted) == 0)
            return new(TpmCodes.AkNotRestricted, "The attestation key is not restricted: it would sign a made-up quote as well. Make it with the attribute restricted (tpm2_createak does).");
        if (CheckAttributes(key, TpmCodes.AkAttributes, "attestation", Home | TpmObjectAttributes.Sign, TpmObjectAttributes.Decrypt) is { } attributes)
            return attributes;
        if (key.NameAlgorithm != TpmAlgorithm.Sha256)
            return new(TpmCodes.AkKey, $"The attestation key is named by the hash {Hex(key.NameAlgorithm)}; SHA-256 (0x000b) is needed.");
        if (key.Type == TpmAlgorithm.Rsa && (key.RsaBits is < EkBits or > AkMaxBits || key.RsaExponent != 65537))
            return new(TpmCodes.AkKey, string.Create(CultureInfo.InvariantCulture, $"The attestation key is RSA {key.RsaBits} with the exponent {key.RsaExponent}; RSA 2048 to 3072 with 65537, or P-256, is needed."));
        if (key.Type == TpmAlgorithm.Ecc && key.Curve != TpmAlgorithm.NistP256)
            return new(TpmCodes.AkKey, $"The attestation key is on the curve {Hex(key.Curve)}; P-256 (0x0003), or RSA 2048, is needed.");
        var scheme = key.Type == TpmAlgorithm.Rsa ? TpmAlgorithm.RsaSsa : TpmAlgorithm.Ecdsa;
        if (key.Scheme != scheme || key.SchemeHash != TpmAlgorithm.Sha256)
            return new(TpmCodes.AkScheme, $"The attestation key signs with the scheme {Hex(key.Scheme)} and the hash {Hex(key.SchemeHash)}; RSASSA (0x0014) or ECDSA (0x0018) with SHA-256 (0x000b) is needed.");
        return null;
    }

    private static EvidenceFault? CheckAttributes(TpmPublic key, string code, string what, TpmObjectAttributes needed, TpmObjectAttributes forbidden)
    {
        var missing = needed & ~key.Attributes;
        var unwanted = forbidden & key.Attributes;
        return missing == 0 && unwanted == 0
            ? null
            : new(code, $"The {what} key's attributes are wrong:{(missing == 0 ? "" : $" {missing} must be set")}{(unwanted == 0 ? "" : $" {unwanted} must not be set")}.");
    }

    private static string Hex(ushort value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x4}");
}
