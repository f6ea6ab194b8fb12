using System.Security.Cryptography;

namespace A2AConsole.Core.Crypto;

/// <summary>An agent's private key in memory. Safe from several threads at once.</summary>
public abstract class SigningKey : IDisposable
{
    private protected SigningKey(SignatureAlgorithm algorithm, byte[] subjectPublicKeyInfo)
    {
        Algorithm = algorithm;
        SubjectPublicKeyInfo = subjectPublicKeyInfo;
        KeyId = VerificationKey.IdOf(subjectPublicKeyInfo);
    }

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>SHA-256 of the DER SubjectPublicKeyInfo, lower-case hex: DSSE's <c>keyid</c>.</summary>
    public string KeyId { get; }

    /// <summary>The public half, DER.</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>Makes a new key of <see cref="AlgorithmRegistry.Default"/>: one that also serves for TLS and certificate requests.</summary>
    public static EcdsaSigningKey Generate() => new(ECDsa.Create(AlgorithmRegistry.DefaultCurve));

    /// <summary>Makes a new key for an algorithm that signs envelopes. Throws <see cref="ArgumentException"/> for any other.</summary>
    public static SigningKey Generate(SignatureAlgorithm algorithm)
        => algorithm == AlgorithmRegistry.EcdsaP256 ? Generate()
            : algorithm == AlgorithmRegistry.Ed25519 ? Ed25519SigningKey.New()
            : algorithm == AlgorithmRegistry.MlDsa44 || algorithm == AlgorithmRegistry.MlDsa65 ? MlDsaSigningKey.New(algorithm)
            : throw new ArgumentException($"No key can be made for {algorithm.Id}.", nameof(algorithm));

    /// <summary>Imports an unencrypted PKCS#8 key. Throws <see cref="CryptographicException"/> when it is for none of our algorithms.</summary>
    public static SigningKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
        => AlternativePkcs8.TryRead(pkcs8) ?? (SigningKey)EcdsaSigningKey.FromEcPkcs8(pkcs8);

    /// <summary>Takes over a key that came from elsewhere. Throws <see cref="CryptographicException"/> when it is none of our default algorithm.</summary>
    public static EcdsaSigningKey Adopt(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        if (!curve.IsNamed || curve.Oid.Value != AlgorithmRegistry.Default.CurveOid)
            throw new CryptographicException($"An agent's key is for {AlgorithmRegistry.Default.Id}.");
        return new EcdsaSigningKey(key);
    }

    /// <summary>Signs <paramref name="data"/> in the one form that the registry names for the algorithm.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> data);

    /// <summary>The key unencrypted: for the caller to protect.</summary>
    public abstract byte[] ExportPkcs8();

    /// <summary><see cref="ExportPkcs8"/> as PEM.</summary>
    public string ExportPkcs8Pem()
    {
        var pkcs8 = ExportPkcs8();
        try
        {
            return PemEncoding.WriteString("PRIVATE KEY", pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>An ECDSA P-256 key: it signs events, and is the key of certificate and TLS.</summary>
public sealed class EcdsaSigningKey : SigningKey
{
    internal EcdsaSigningKey(ECDsa key)
        : base(AlgorithmRegistry.EcdsaP256, key.ExportSubjectPublicKeyInfo()) => Key = key;

    /// <summary>The native key, for certificate requests and TLS; owned by this object.</summary>
    public ECDsa Key { get; }

    internal static EcdsaSigningKey FromEcPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return Adopt(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Signs <paramref name="data"/>: r‖s (IEEE P1363), 64 bytes.</summary>
    public override byte[] Sign(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Sha256.Size];
        Sha256.Hash(data, digest);
        return Key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <inheritdoc/>
    public override byte[] ExportPkcs8() => Key.ExportPkcs8PrivateKey();

    /// <inheritdoc/>
    public override void Dispose()
    {
        Key.Dispose();
        base.Dispose();
    }
}
