using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Tests.Identity;

/// <summary>The second key in a certificate, and what it says about signatures.</summary>
public sealed class AlternativeKeyTests
{
    private readonly TestPki _pki = new();

    [Fact]
    public void It_is_read_with_its_requirement()
    {
        var (svid, own, other) = _pki.AgentWithTwoKeys(AlgorithmRegistry.MlDsa65, both: true);
        Assert.Equal([own.KeyId, other.KeyId], svid.Keys.Select(k => k.KeyId));
        Assert.True(svid.RequiresBothSignatures);
        var (plain, key) = _pki.Agent();
        Assert.Equal((null, false, key.KeyId), (plain.AlternativeKey, plain.RequiresBothSignatures, Assert.Single(plain.Keys).KeyId));
    }

    [Fact]
    public void A_requirement_without_a_second_key_is_refused()
        => Refused(SvidRefusalCodes.AlternativeKey, SvidExtensions.BothSignatures());

    [Fact]
    public void What_is_no_key_or_one_that_signs_nothing_is_refused()
    {
        using var second = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
        using var twin = SigningKey.Generate();
        using var p384 = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        Refused(SvidRefusalCodes.AlternativeKey, SvidExtensions.AlternativeKey(twin.SubjectPublicKeyInfo));
        Refused(SvidRefusalCodes.AlternativeKey, SvidExtensions.AlternativeKey(p384.ExportSubjectPublicKeyInfo()));
        Refused(SvidRefusalCodes.AlternativeKey, SvidExtensions.AlternativeKey([0x30, 0x00]));
        Refused(SvidRefusalCodes.AlternativeKey, SvidExtensions.AlternativeKey([0x05, 0x00]));
        Refused(SvidRefusalCodes.Malformed, SvidExtensions.AlternativeKey(second.SubjectPublicKeyInfo.AsSpan(0, 100)));
        Refused(SvidRefusalCodes.Malformed, SvidExtensions.AlternativeKey([.. second.SubjectPublicKeyInfo, 0]));
    }

    [Theory]
    [InlineData(0x0A, 1, 0)]
    [InlineData(0x0A, 1, 2)]
    [InlineData(0x02, 1, 1)]
    [InlineData(0x0A, 0, 1)]
    public void A_requirement_of_another_value_is_refused(byte tag, byte length, byte value)
    {
        using var second = SigningKey.Generate(AlgorithmRegistry.Ed25519);
        Refused(SvidRefusalCodes.Malformed, SvidExtensions.AlternativeKey(second.SubjectPublicKeyInfo),
            new X509Extension(SvidExtensions.SignatureRequirementOid, [tag, length, value], critical: false));
    }

    [Fact]
    public void A_key_kind_that_the_site_gave_up_is_refused_at_its_date()
    {
        using var leaf = _pki.Leaf();
        var dated = _pki.Trust with { Algorithms = AlgorithmPolicy.Default.With(new("ecdsa-p256-sha256", AlgorithmUses.AgentKey, AlgorithmStatus.Deprecated, TestPki.Now.AddMinutes(1))) };
        Assert.True(SvidValidator.TryValidate(leaf, dated, TestPki.Now, out _, out _));
        Assert.False(SvidValidator.TryValidate(leaf, dated, TestPki.Now.AddMinutes(1), out _, out var refusal));
        Assert.Equal(SvidRefusalCodes.AlgorithmForbidden, refusal.Code);
        Assert.Contains("ed25519", refusal.Detail, StringComparison.Ordinal);
    }

    private void Refused(string code, params X509Extension[] extensions)
    {
        using var leaf = _pki.Leaf(with: extensions);
        Assert.False(SvidValidator.TryValidate(leaf, _pki.Trust, TestPki.Now, out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }
}
