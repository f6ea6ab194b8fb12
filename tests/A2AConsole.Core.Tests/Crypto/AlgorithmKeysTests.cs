using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Tests.Crypto;

/// <summary>The keys of every algorithm that signs envelopes.</summary>
public sealed class AlgorithmKeysTests
{
    public static TheoryData<string> Signing => [.. AlgorithmRegistry.All.Where(a => (a.Uses & AlgorithmUses.Envelope) != 0).Select(a => a.Id)];

    [Theory]
    [MemberData(nameof(Signing))]
    public void A_signature_verifies_with_its_key_over_its_text_only(string id)
    {
        var algorithm = AlgorithmRegistry.Find(id)!;
        using var key = SigningKey.Generate(algorithm);
        using var other = SigningKey.Generate(algorithm);
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo)!;
        var signature = key.Sign("text"u8);

        Assert.Equal((algorithm, algorithm, key.KeyId), (key.Algorithm, verifier.Algorithm, verifier.KeyId));
        Assert.Equal(algorithm.SignatureSize, signature.Length);
        Assert.True(verifier.Verify("text"u8, signature));
        Assert.False(verifier.Verify("texT"u8, signature));
        Assert.False(verifier.Verify("text"u8, other.Sign("text"u8)));
        foreach (var at in (int[])[0, 1, signature.Length / 2, signature.Length - 1])
        {
            signature[at] ^= 0x10;
            Assert.False(verifier.Verify("text"u8, signature), $"byte {at} was changed");
            signature[at] ^= 0x10;
        }
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void A_signature_of_another_length_does_not_verify(string id)
    {
        using var key = SigningKey.Generate(AlgorithmRegistry.Find(id)!);
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo)!;
        var signature = key.Sign("text"u8);
        foreach (var wrong in (byte[][])[[], signature[..1], signature[..^1], [.. signature, 0], new byte[signature.Length], [.. Enumerable.Repeat((byte)0xFF, signature.Length)]])
            Assert.False(verifier.Verify("text"u8, wrong));
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void A_key_survives_its_export(string id)
    {
        using var key = SigningKey.Generate(AlgorithmRegistry.Find(id)!);
        using var again = SigningKey.FromPkcs8(key.ExportPkcs8());
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo)!;
        Assert.Equal(key.KeyId, again.KeyId);
        Assert.True(verifier.Verify("text"u8, again.Sign("text"u8)));
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void One_key_serves_several_threads(string id)
    {
        using var key = SigningKey.Generate(AlgorithmRegistry.Find(id)!);
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo)!;
        var signature = key.Sign("text"u8);
        Parallel.For(0, 64, i => Assert.Equal(i % 2 == 0, verifier.Verify(i % 2 == 0 ? "text"u8 : "other"u8, signature)));
    }

    [Theory]
    [MemberData(nameof(Signing))]
    public void A_public_key_has_one_spelling(string id)
    {
        using var key = SigningKey.Generate(AlgorithmRegistry.Find(id)!);
        var spki = key.SubjectPublicKeyInfo;
        Assert.Null(VerificationKey.TryCreate([.. spki, 0]));
        Assert.Null(VerificationKey.TryCreate(spki.AsSpan()[..^1]));
        for (var at = 0; at < 24; at++)
        {
            var changed = (byte[])spki.Clone();
            changed[at] ^= 0x01;
            using var read = VerificationKey.TryCreate(changed);
            Assert.True(read is null || read.KeyId != key.KeyId, $"byte {at} was changed");
        }
    }

    [Fact]
    public void Parameters_beside_an_algorithm_that_has_none_are_refused()
    {
        using var key = SigningKey.Generate(AlgorithmRegistry.Ed25519);
        // SEQUENCE { SEQUENCE { OID 1.3.101.112, NULL }, BIT STRING }: RFC 8410 §3 forbids the NULL.
        byte[] spelled = [0x30, 0x2C, 0x30, 0x07, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x05, 0x00, .. key.SubjectPublicKeyInfo[9..]];
        Assert.Null(AlgorithmRegistry.OfKey(PublicKey.CreateFromSubjectPublicKeyInfo(spelled, out _)));
        Assert.Null(VerificationKey.TryCreate(spelled));
    }

    [Fact]
    public void An_Ed25519_key_of_small_order_is_not_imported()
    {
        // The neutral element, (0, 1): under it a signature of zeros fits a great many messages.
        byte[] neutral = [1, .. new byte[31]];
        Assert.Null(VerificationKey.TryCreate([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. neutral]));
    }

    [Fact]
    public void Kinds_that_are_known_but_not_taken_make_no_keys()
    {
        foreach (var algorithm in AlgorithmRegistry.All.Where(a => a.Uses == AlgorithmUses.None))
            Assert.Throws<ArgumentException>(() => SigningKey.Generate(algorithm));
        Assert.Throws<CryptographicException>(() => SigningKey.FromPkcs8([1, 2, 3]));
        using var rsa = RSA.Create(2048);
        Assert.Throws<CryptographicException>(() => SigningKey.FromPkcs8(rsa.ExportPkcs8PrivateKey()));
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() => SigningKey.FromPkcs8(p384.ExportPkcs8PrivateKey()));
    }

    /// <summary>Seeds and the keys they make (Wycheproof's mldsa_*_sign_seed vectors), as the PKCS#8 of RFC 9881 that anybody may write.</summary>
    [Theory]
    [InlineData("ml-dsa-44", 0x11, 0x2A, "d87f8ca136ac1aa55e2d6c4521680efb3a378cbb9bc0bfb446e9c60893931ea3")]
    [InlineData("ml-dsa-44", 0x11, 0x01, "86149ae2b8bffb0615d48701b83523d478687ed223ecdc307b59422f6e2041d8")]
    [InlineData("ml-dsa-65", 0x12, 0x2A, "b7acce2ddb11f8cc1aa46e2bafac6eacfa2b732ef192bd636ad8d3a56d649c66")]
    [InlineData("ml-dsa-65", 0x12, 0x01, "5cf5ca52795ec3625aa2a4f78896a05d727be90ad855a17793f3ca152205dbc3")]
    public void A_seed_makes_the_key_that_FIPS_204_says(string id, byte oid, byte fill, string publicKeyHash)
    {
        var seed = new byte[32];
        if (fill == 0x2A)
            Array.Fill(seed, fill);
        else
            seed[0] = fill;
        byte[] pkcs8 = [0x30, 0x34, 2, 1, 0, 0x30, 0x0B, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, oid, 4, 0x22, 0x80, 0x20, .. seed];
        using var key = SigningKey.FromPkcs8(pkcs8);
        var raw = PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _).EncodedKeyValue.RawData;
        Assert.Equal((id, publicKeyHash), (key.Algorithm.Id, Convert.ToHexStringLower(SHA256.HashData(raw))));
        Assert.Equal(pkcs8, key.ExportPkcs8());
    }
}
