using System.Security.Cryptography;

namespace A2AConsole.Core.Crypto;

/// <summary>An agent's private key in memory. Safe from several threads at once.</summary>
public sealed class SigningKey : IDisposable
{
    private SigningKey(ECDsa key)
    {
        Key = key;
        SubjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
        KeyId = VerificationKey.IdOf(SubjectPublicKeyInfo);
    }

    /// <summary>SHA-256 of the DER SubjectPublicKeyInfo, lower-case hex: DSSE's <c>keyid</c>.</summary>
    public string KeyId { get; }

    /// <summary>The public half, DER.</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>The native key, for certificate requests and TLS; owned by this object.</summary>
    public ECDsa Key { get; }

    /// <summary>Makes a new key of <see cref="AlgorithmRegistry.Default"/>.</summary>
    public static SigningKey Generate() => new(ECDsa.Create(AlgorithmRegistry.DefaultCurve));

    /// <summary>Imports an unencrypted PKCS#8 key. Throws <see cref="CryptographicException"/> when it is none of our default algorithm.</summary>
    public static SigningKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
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

    /// <summary>Takes over a key that came from elsewhere. Throws <see cref="CryptographicException"/> when it is none of our default algorithm.</summary>
    public static SigningKey Adopt(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        if (!curve.IsNamed || curve.Oid.Value != AlgorithmRegistry.Default.CurveOid)
            throw new CryptographicException($"An agent's key is for {AlgorithmRegistry.Default.Id}.");
        return new SigningKey(key);
    }

    /// <summary>Signs <paramref name="data"/>: r‖s (IEEE P1363), 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Sha256.Size];
        Sha256.Hash(data, digest);
        return Key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>The key unencrypted: for the caller to protect.</summary>
    public byte[] ExportPkcs8() => Key.ExportPkcs8PrivateKey();

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();
}
