using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace A2AConsole.Core.Crypto;

/// <summary>ML-DSA (FIPS 204, pure, empty context); the key is the raw encoding that RFC 9881 puts into a SubjectPublicKeyInfo.</summary>
internal sealed class MlDsaVerificationKey : VerificationKey
{
    private readonly MLDsaPublicKeyParameters _key;

    private MlDsaVerificationKey(SignatureAlgorithm algorithm, MLDsaPublicKeyParameters key, string keyId)
        : base(algorithm, keyId) => _key = key;

    public static MlDsaVerificationKey? TryImport(SignatureAlgorithm algorithm, PublicKey key)
        // Throws ArgumentException for any other length than the parameter set's.
        => new(algorithm, MLDsaPublicKeyParameters.FromEncoding(ParametersOf(algorithm), key.EncodedKeyValue.RawData), IdOf(key));

    internal static MLDsaParameters ParametersOf(SignatureAlgorithm algorithm)
        => algorithm == AlgorithmRegistry.MlDsa44 ? MLDsaParameters.ml_dsa_44
            : algorithm == AlgorithmRegistry.MlDsa65 ? MLDsaParameters.ml_dsa_65
            : throw new ArgumentOutOfRangeException(nameof(algorithm));

    private protected override bool VerifySized(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // The library's verifier holds the state of one verification, so each has its own; the key's material is shared.
        var verifier = new MLDsaSigner(ParametersOf(Algorithm), deterministic: false);
        verifier.Init(forSigning: false, _key);
        verifier.BlockUpdate(data);
        return verifier.VerifySignature(signature.ToArray());
    }
}
