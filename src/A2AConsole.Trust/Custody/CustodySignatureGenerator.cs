using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Trust.Custody;

/// <summary>Lets certificates be signed by a key that stays in custody. ECDSA P-256 with SHA-256 only.</summary>
public sealed class CustodySignatureGenerator(ICustodyKey key) : X509SignatureGenerator
{
    private static readonly byte[] EcdsaWithSha256 = Identifier(AlgorithmRegistry.EcdsaP256.SignatureOid!);

    /// <inheritdoc/>
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => [.. EcdsaWithSha256];

    /// <inheritdoc/>
    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
    {
        if (hashAlgorithm != HashAlgorithmName.SHA256 || key.Kind != KeyKind.EcdsaP256)
            throw new CryptographicException("certificates are signed with ECDSA P-256 and SHA-256");
        var signature = key.Sign(data).AsSpan();
        // X.509 wants the DER form (RFC 3279 §2.2.3); custody speaks r ‖ s.
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 80);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(WithoutLeadingZeros(signature[..32]));
            writer.WriteIntegerUnsigned(WithoutLeadingZeros(signature[32..]));
        }
        return writer.Encode();
    }

    /// <inheritdoc/>
    protected override PublicKey BuildPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);

    private static byte[] Identifier(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }

    private static ReadOnlySpan<byte> WithoutLeadingZeros(ReadOnlySpan<byte> number)
    {
        while (number.Length > 1 && number[0] == 0)
            number = number[1..];
        return number;
    }
}
