using System.Security.Cryptography;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Tests.Crypto;

public sealed class KeyTests
{
    private static readonly DateTimeOffset Now = TestPki.Now;

    [Fact]
    public void A_signature_verifies_with_its_key_only()
    {
        using var key = SigningKey.Generate();
        using var other = SigningKey.Generate();
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo)!;
        var signature = key.Sign("text"u8);

        Assert.Equal(64, signature.Length);
        Assert.True(verifier.Verify("text"u8, signature));
        Assert.False(verifier.Verify("texT"u8, signature));
        Assert.False(verifier.Verify("text"u8, other.Sign("text"u8)));
        Assert.Equal(key.KeyId, verifier.KeyId);
    }

    [Fact]
    public void A_signature_of_another_length_or_of_zeros_does_not_verify()
    {
        using var key = SigningKey.Generate();
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo)!;
        foreach (var length in (int[])[0, 1, 63, 64, 65, 70, 72, 128])
            Assert.False(verifier.Verify("text"u8, new byte[length]));
        var allOnes = new byte[64];
        Array.Fill(allOnes, (byte)0xFF);
        Assert.False(verifier.Verify("text"u8, allOnes));
    }

    [Fact]
    public void One_key_serves_several_threads()
    {
        using var key = SigningKey.Generate();
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo)!;
        var signature = key.Sign("text"u8);
        Parallel.For(0, 400, i => Assert.Equal(i % 2 == 0, verifier.Verify(i % 2 == 0 ? "text"u8 : "other"u8, signature)));
    }

    [Fact]
    public void Keys_of_other_algorithms_are_not_imported()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        Assert.Null(VerificationKey.TryCreate(p384.ExportSubjectPublicKeyInfo()));
        Assert.Null(VerificationKey.TryCreate(rsa.ExportSubjectPublicKeyInfo()));
        Assert.Null(VerificationKey.TryCreate([1, 2, 3]));
        Assert.Throws<CryptographicException>(() => SigningKey.Adopt(p384));
    }

    [Fact]
    public void A_key_with_explicit_curve_parameters_is_not_imported()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = key.ExportExplicitParameters(includePrivateParameters: false);
        using var twin = ECDsa.Create(parameters);
        Assert.Null(VerificationKey.TryCreate(twin.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void A_key_survives_its_export()
    {
        using var key = SigningKey.Generate();
        using var again = SigningKey.FromPkcs8(key.ExportPkcs8());
        Assert.Equal(key.KeyId, again.KeyId);
    }
}
