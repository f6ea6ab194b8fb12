using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Tests.Identity;

public sealed class SvidValidatorTests
{
    private const string UnknownOid = "1.3.6.1.4.1.55555.1";

    private readonly TestPki _pki = new();

    [Fact]
    public void A_well_made_certificate_under_the_root_is_an_identity()
    {
        using var key = SigningKey.Generate();
        using var leaf = _pki.Leaf(key.Key);

        Assert.True(SvidValidator.TryValidate(leaf, _pki.Trust, TestPki.Now, out var svid, out _));

        Assert.Equal(TestPki.Id(), svid.SpiffeId.Text);
        Assert.Equal(key.KeyId, svid.KeyId);
        Assert.Equal(leaf.SerialNumber.ToLowerInvariant(), svid.Serial);
        Assert.True(svid.Key.Verify("x"u8, key.Sign("x"u8)));
        Assert.Equal(TestPki.Now.AddHours(1), svid.NotAfter);
    }

    [Fact]
    public void An_intermediate_that_is_not_offered_breaks_the_path()
        => Refused(SvidRefusalCodes.Untrusted, _pki.Leaf(), _pki.Trust with { Intermediates = [] });

    [Fact]
    public void Another_root_with_the_same_name_is_not_trusted()
    {
        var stranger = new TestPki();
        Refused(SvidRefusalCodes.Untrusted, stranger.Leaf());
        // Not even when it brings its own intermediate along.
        Refused(SvidRefusalCodes.Untrusted, stranger.Leaf(), _pki.Trust with { Intermediates = [stranger.Issuing, _pki.Issuing] });
    }

    [Fact]
    public void A_self_signed_leaf_is_not_trusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256);
        TestPki.LeafExtensions(TestPki.Id()).ForEach(request.CertificateExtensions.Add);
        Refused(SvidRefusalCodes.Untrusted, request.CreateSelfSigned(TestPki.Now.AddMinutes(-1), TestPki.Now.AddHours(1)));
    }

    [Fact]
    public void A_leaf_signed_by_another_leaf_is_not_trusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var agent = _pki.Leaf(key);
        var forged = TestPki.Sign("CN=forged", ECDsa.Create(ECCurve.NamedCurves.nistP256), agent, key, TestPki.LeafExtensions(TestPki.Id("procurement-approver")));
        Refused(SvidRefusalCodes.IssuerNotCa, forged, _pki.Trust with { Intermediates = [_pki.Issuing, agent] });
    }

    [Fact]
    public void A_root_that_is_offered_as_a_leaf_is_refused() => Refused(SvidRefusalCodes.NotOneUri, _pki.Root);

    [Fact]
    public void A_leaf_directly_under_the_root_is_accepted()
    {
        using var leaf = TestPki.Sign("CN=agent", ECDsa.Create(ECCurve.NamedCurves.nistP256), _pki.Root, _pki.RootKey, TestPki.LeafExtensions(TestPki.Id()));
        Assert.True(SvidValidator.TryValidate(leaf, _pki.Trust, TestPki.Now, out _, out _));
    }

    [Fact]
    public void An_authority_below_one_that_allows_none_is_refused()
    {
        var below = Authority(out var key);
        var leaf = TestPki.Sign("CN=agent", ECDsa.Create(ECCurve.NamedCurves.nistP256), below, key, TestPki.LeafExtensions(TestPki.Id()));
        Refused(SvidRefusalCodes.PathLength, leaf, _pki.Trust with { Intermediates = [_pki.Issuing, below] });
    }

    [Fact]
    public void An_issuer_that_is_no_authority_is_refused() => RefusedUnder(new TestPki(issuingIsCa: false), SvidRefusalCodes.IssuerNotCa);

    [Fact]
    public void An_issuer_without_keyCertSign_is_refused() => RefusedUnder(new TestPki(issuingUsage: X509KeyUsageFlags.DigitalSignature), SvidRefusalCodes.IssuerKeyUsage);

    [Fact]
    public void An_issuer_with_an_unknown_critical_extension_is_refused()
        => RefusedUnder(new TestPki(issuingExtra: new X509Extension(UnknownOid, [5, 0], critical: true)), SvidRefusalCodes.UnknownExtension);

    [Fact]
    public void No_URI_is_refused() => Refused(SvidRefusalCodes.NotOneUri, _pki.Leaf(uris: []));

    [Fact]
    public void Two_URIs_are_refused() => Refused(SvidRefusalCodes.NotOneUri, _pki.Leaf(uris: [TestPki.Id(), TestPki.Id("other")]));

    [Fact]
    public void The_same_URI_twice_is_refused() => Refused(SvidRefusalCodes.NotOneUri, _pki.Leaf(uris: [TestPki.Id(), TestPki.Id()]));

    [Fact]
    public void A_second_URI_that_is_no_SPIFFE_ID_is_refused() => Refused(SvidRefusalCodes.NotOneUri, _pki.Leaf(uris: [TestPki.Id(), "https://acme.example/"]));

    [Theory]
    [InlineData("https://acme.example/agent/x")]
    [InlineData("spiffe://acme.example/agent/x")]
    [InlineData("spiffe://acme.example/env/prod/role/planner/agent/../x")]
    [InlineData("spiffe://acme.example/env/prod/role/planner/agent/UPPER")]
    [InlineData("spiffe://acme.example/env/prod/role/planner/agent/x?y")]
    [InlineData("SPIFFE://acme.example/env/prod/role/planner/agent/x")]
    [InlineData("spiffe://acme.example@evil/env/prod/role/planner/agent/x")]
    [InlineData("spiffe://acme.example/env/prod/role/planner/agent/x\0.evil")]
    public void A_name_of_another_form_is_refused(string uri) => Refused(SvidRefusalCodes.NotSpiffeId, _pki.Leaf(uris: [uri]));

    [Fact]
    public void Another_trust_domain_is_refused() => Refused(SvidRefusalCodes.WrongTrustDomain, _pki.Leaf(uris: [TestPki.Id(domain: "acme.example.evil")]));

    [Fact]
    public void A_leaf_that_is_an_authority_is_refused()
        => Refused(SvidRefusalCodes.Ca, _pki.Leaf(with: [new X509BasicConstraintsExtension(true, false, 0, true)]));

    [Theory]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign)]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.CrlSign)]
    [InlineData(X509KeyUsageFlags.KeyEncipherment)]
    public void A_wrong_key_usage_is_refused(X509KeyUsageFlags usage)
        => Refused(SvidRefusalCodes.KeyUsage, _pki.Leaf(with: [new X509KeyUsageExtension(usage, true)]));

    [Fact]
    public void No_key_usage_is_refused() => Refused(SvidRefusalCodes.KeyUsage, _pki.Leaf(without: "2.5.29.15"));

    [Fact]
    public void A_certificate_for_servers_only_is_refused()
        => Refused(SvidRefusalCodes.ExtendedKeyUsage, _pki.Leaf(with: [new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false)]));

    [Fact]
    public void No_extended_key_usage_and_no_basic_constraints_are_accepted()
    {
        Assert.True(SvidValidator.TryValidate(_pki.Leaf(without: "2.5.29.37"), _pki.Trust, TestPki.Now, out _, out _));
        Assert.True(SvidValidator.TryValidate(_pki.Leaf(without: "2.5.29.19"), _pki.Trust, TestPki.Now, out _, out _));
    }

    [Fact]
    public void An_unknown_critical_extension_is_refused_and_an_uncritical_one_is_not()
    {
        Refused(SvidRefusalCodes.UnknownExtension, _pki.Leaf(with: [new X509Extension(UnknownOid, [5, 0], critical: true)]));
        Assert.True(SvidValidator.TryValidate(_pki.Leaf(with: [new X509Extension(UnknownOid, [5, 0], critical: false)]), _pki.Trust, TestPki.Now, out _, out _));
    }

    [Fact]
    public void A_malformed_extension_is_refused()
        => Refused(SvidRefusalCodes.Malformed, _pki.Leaf(with: [new X509Extension("2.5.29.17", [0x30, 0x03, 0x86, 0x05, 0x61], critical: true)]));

    [Fact]
    public void An_expired_certificate_is_refused()
        => Refused(SvidRefusalCodes.Expired, _pki.Leaf(notBefore: TestPki.Now.AddHours(-2), notAfter: TestPki.Now.AddSeconds(-1)));

    [Fact]
    public void A_certificate_of_the_future_is_refused() => Refused(SvidRefusalCodes.NotYetValid, _pki.Leaf(notBefore: TestPki.Now.AddSeconds(1)));

    [Fact]
    public void An_expired_authority_makes_the_leaf_worth_nothing()
    {
        var later = TestPki.Now.AddHours(2);
        using var leaf = _pki.Leaf(notAfter: later.AddHours(1));
        Assert.False(SvidValidator.TryValidate(leaf, _pki.Trust, later, out _, out var refusal));
        Assert.Equal(SvidRefusalCodes.IssuerNotValid, refusal.Code);
    }

    [Fact]
    public void Keys_of_algorithms_that_are_not_allowed_are_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        Refused(SvidRefusalCodes.AlgorithmForbidden, _pki.Leaf(p384));
        Refused(SvidRefusalCodes.AlgorithmForbidden, _pki.Leaf(rsa));
    }

    [Fact]
    public void Every_code_is_listed()
        => Assert.Equal(SvidRefusalCodes.All.Count, typeof(SvidRefusalCodes).GetFields().Count(f => f.IsLiteral && SvidRefusalCodes.All.Contains((string)f.GetRawConstantValue()!)));

    private X509Certificate2 Authority(out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return TestPki.Sign("CN=below", key, _pki.Issuing, _pki.IssuingKey,
            [new X509BasicConstraintsExtension(true, false, 0, true), new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true)]);
    }

    private static void RefusedUnder(TestPki pki, string code)
    {
        Assert.False(SvidValidator.TryValidate(pki.Leaf(), pki.Trust, TestPki.Now, out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    private void Refused(string code, X509Certificate2 leaf, SvidTrust? trust = null)
    {
        Assert.False(SvidValidator.TryValidate(leaf, trust ?? _pki.Trust, TestPki.Now, out var svid, out var refusal));
        Assert.Null(svid);
        Assert.Equal(code, refusal.Code);
        Assert.NotEmpty(refusal.Detail);
    }
}
