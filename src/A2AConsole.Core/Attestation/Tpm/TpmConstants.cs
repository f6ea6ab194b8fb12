namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>The TPM_ALG_ID values that we know (TCG Algorithm Registry, table 3).</summary>
public static class TpmAlgorithm
{
    public const ushort Rsa = 0x0001;
    public const ushort Sha1 = 0x0004;
    public const ushort Aes = 0x0006;
    public const ushort Sha256 = 0x000B;
    public const ushort Sha384 = 0x000C;
    public const ushort Sha512 = 0x000D;
    public const ushort None = 0x0010;
    public const ushort Sm3 = 0x0012;
    public const ushort RsaSsa = 0x0014;
    public const ushort RsaEs = 0x0015;
    public const ushort RsaPss = 0x0016;
    public const ushort Oaep = 0x0017;
    public const ushort Ecdsa = 0x0018;
    public const ushort Ecdh = 0x0019;
    public const ushort Ecdaa = 0x001A;
    public const ushort Sm2 = 0x001B;
    public const ushort EcSchnorr = 0x001C;
    public const ushort EcMqv = 0x001D;
    public const ushort Ecc = 0x0023;
    public const ushort Cfb = 0x0043;

    /// <summary>TPM_ECC_NIST_P256, a TPM_ECC_CURVE.</summary>
    public const ushort NistP256 = 0x0003;

    /// <summary>The bytes of a digest, or 0 when the algorithm is no hash that we know.</summary>
    internal static int DigestSize(ushort algorithm) => algorithm switch
    {
        Sha1 => 20,
        Sha256 or Sm3 => 32,
        Sha384 => 48,
        Sha512 => 64,
        _ => 0,
    };
}

/// <summary>TPMA_OBJECT (TPM 2.0 Part 2 §8.3): what an object may do and how it is bound to its TPM.</summary>
[Flags]
public enum TpmObjectAttributes
{
    None = 0,
    /// <summary>The object cannot be duplicated to another TPM.</summary>
    FixedTpm = 1 << 1,
    StClear = 1 << 2,
    /// <summary>The object cannot be moved under another parent.</summary>
    FixedParent = 1 << 4,
    /// <summary>The TPM itself made the private part.</summary>
    SensitiveDataOrigin = 1 << 5,
    UserWithAuth = 1 << 6,
    AdminWithPolicy = 1 << 7,
    NoDictionaryAttack = 1 << 10,
    EncryptedDuplication = 1 << 11,
    /// <summary>A signing key signs only what the TPM itself made, a decryption key decrypts only what the TPM understands.</summary>
    Restricted = 1 << 16,
    Decrypt = 1 << 17,
    Sign = 1 << 18,
    X509Sign = 1 << 19,
}
