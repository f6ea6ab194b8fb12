using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using A2AConsole.Core.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace A2AConsole.Trust.Custody;

/// <summary>An Ed25519 key (RFC 8032; PKCS#8 as in RFC 8410) held in this process' memory; the framework has no Ed25519 of its own.</summary>
public sealed class Ed25519CustodyKey : ICustodyKey
{
    private static readonly string Oid = AlgorithmRegistry.Ed25519.KeyOid!;
    private static readonly byte[] SpkiPrefix = Convert.FromHexString("302A300506032B6570032100");
    private readonly Ed25519PrivateKeyParameters _key;

    /// <summary>Reads the key. Throws <see cref="CryptographicException"/> when <paramref name="pkcs8"/> is not an Ed25519 private key.</summary>
    public Ed25519CustodyKey(string name, byte[] pkcs8)
    {
        var info = Pkcs8PrivateKeyInfo.Decode(pkcs8, out _);
        if (info.AlgorithmId.Value != Oid)
            throw new CryptographicException("not an Ed25519 key");
        try
        {
            _key = new Ed25519PrivateKeyParameters(AsnDecoder.ReadOctetString(info.PrivateKeyBytes.Span, AsnEncodingRules.DER, out _));
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            throw new CryptographicException("not an Ed25519 key", e);
        }
        Name = name;
        PublicKey = _key.GeneratePublicKey().GetEncoded();
        SubjectPublicKeyInfo = SubjectPublicKeyInfoOf(PublicKey.Span);
    }

    /// <summary>SubjectPublicKeyInfo (RFC 8410) of the 32 bytes of a public key.</summary>
    public static byte[] SubjectPublicKeyInfoOf(ReadOnlySpan<byte> publicKey) => [.. SpkiPrefix, .. publicKey];

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public KeyKind Kind => KeyKind.Ed25519;

    /// <summary>The 32 bytes of the public key.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>A new key as PKCS#8.</summary>
    public static byte[] Generate()
    {
        var seed = RandomNumberGenerator.GetBytes(32);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(seed);
        CryptographicOperations.ZeroMemory(seed);
        return new Pkcs8PrivateKeyInfo(new System.Security.Cryptography.Oid(Oid), null, writer.Encode()).Encode();
    }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        // A signer object collects its message: it cannot be shared between threads, the key can.
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, _key);
        signer.BlockUpdate(message);
        return signer.GenerateSignature();
    }
}
