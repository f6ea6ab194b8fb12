using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace A2AConsole.Core.Crypto;

/// <summary>An Ed25519 key (RFC 8032; PKCS#8 as RFC 8410 says).</summary>
internal sealed class Ed25519SigningKey(Ed25519PrivateKeyParameters key)
    : SigningKey(AlgorithmRegistry.Ed25519, SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(key.GeneratePublicKey()).GetDerEncoded())
{
    public static Ed25519SigningKey New() => new(new Ed25519PrivateKeyParameters(RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize)));

    public override byte[] Sign(ReadOnlySpan<byte> data)
    {
        var signature = new byte[Ed25519.SignatureSize];
        var message = data.ToArray();
        key.Sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signature, 0);
        return signature;
    }

    public override byte[] ExportPkcs8() => PrivateKeyInfoFactory.CreatePrivateKeyInfo(key).GetDerEncoded();
}

/// <summary>An ML-DSA key (FIPS 204, pure, empty context, hedged signing; PKCS#8 holds the seed only, as RFC 9881 prefers).</summary>
internal sealed class MlDsaSigningKey(SignatureAlgorithm algorithm, MLDsaPrivateKeyParameters key)
    : SigningKey(algorithm, SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(key.GetPublicKey()).GetDerEncoded())
{
    private const int SeedSize = 32;

    public static MlDsaSigningKey New(SignatureAlgorithm algorithm) => FromSeed(algorithm, RandomNumberGenerator.GetBytes(SeedSize));

    public static MlDsaSigningKey FromSeed(SignatureAlgorithm algorithm, byte[] seed)
        => new(algorithm, MLDsaPrivateKeyParameters.FromSeed(MlDsaVerificationKey.ParametersOf(algorithm), seed, MLDsaPrivateKeyParameters.Format.SeedOnly));

    public override byte[] Sign(ReadOnlySpan<byte> data)
    {
        // The library's signer holds the state of one signature, so each has its own.
        var signer = new MLDsaSigner(MlDsaVerificationKey.ParametersOf(Algorithm), deterministic: false);
        signer.Init(forSigning: true, key);
        signer.BlockUpdate(data);
        return signer.GenerateSignature();
    }

    public override byte[] ExportPkcs8() => PrivateKeyInfoFactory.CreatePrivateKeyInfo(key).GetDerEncoded();
}

/// <summary>Reads the private keys that the platform's own library does not.</summary>
internal static class AlternativePkcs8
{
    /// <summary>The Ed25519 or ML-DSA key; null when it is a key of another kind. Throws <see cref="CryptographicException"/> when it is none.</summary>
    public static SigningKey? TryRead(ReadOnlySpan<byte> pkcs8)
    {
        try
        {
            return PrivateKeyFactory.CreateKey(pkcs8.ToArray()) switch
            {
                Ed25519PrivateKeyParameters ed25519 => new Ed25519SigningKey(ed25519),
                MLDsaPrivateKeyParameters { Parameters: var p } mlDsa when p == MLDsaParameters.ml_dsa_44 => new MlDsaSigningKey(AlgorithmRegistry.MlDsa44, mlDsa),
                MLDsaPrivateKeyParameters { Parameters: var p } mlDsa when p == MLDsaParameters.ml_dsa_65 => new MlDsaSigningKey(AlgorithmRegistry.MlDsa65, mlDsa),
                _ => null,
            };
        }
        catch (Exception e) when (e is not (CryptographicException or OutOfMemoryException))
        {
            // The library throws whatever it meets inside.
            throw new CryptographicException("The private key cannot be read: PKCS#8 is needed.", e);
        }
    }
}
