using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation.Tpm;
using A2AConsole.Testing.Tpm;

namespace A2AConsole.Trust.Tests.Attestation.Tpm;

/// <summary>Who may be challenged: a TPM that a trusted vendor certified, with a key that signs only what the TPM made.</summary>
public sealed class TpmChallengeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_certified_TPM_with_the_named_key_can_open_the_secret(bool ecc)
    {
        using var exchange = new TpmExchange(ecc);
        var offer = await exchange.ChallengeAsync();
        Assert.Null(offer.Code);
        var challenge = offer.Challenge!.Value;
        Assert.Equal([4, 7], challenge.GetProperty("registers").EnumerateArray().Select(r => r.GetInt32()));
        Assert.Equal("sha256", challenge.GetProperty("bank").GetString());
        Assert.False(challenge.GetProperty("eventLog").GetBoolean());

        var blob = challenge.GetProperty("credentialBlob").GetBytesFromBase64();
        var seed = challenge.GetProperty("encryptedSeed").GetBytesFromBase64();
        var secret = exchange.Tpm.Activate(exchange.Attestation.Name, blob, seed);
        Assert.Equal(TpmCredential.SecretSize, secret!.Length);
        // The challenge itself must not give it away.
        Assert.DoesNotContain(Convert.ToHexString(secret), Convert.ToHexString(blob) + Convert.ToHexString(seed), StringComparison.Ordinal);

        using var otherKey = new SoftTpmKey(TpmTemplate.Attestation(ecc));
        Assert.Null(exchange.Tpm.Activate(otherKey.Name, blob, seed));
        using var otherTpm = new SoftTpm(ecc);
        Assert.Null(otherTpm.Activate(exchange.Attestation.Name, blob, seed));
    }

    [Fact]
    public async Task Each_challenge_has_its_own_secret()
    {
        using var exchange = new TpmExchange();
        Assert.NotEqual(await exchange.ChallengedAsync(), await exchange.ChallengedAsync());
    }

    [Theory]
    [InlineData(TpmObjectAttributes.Restricted, TpmCodes.AkNotRestricted)]
    [InlineData(TpmObjectAttributes.FixedTpm, TpmCodes.AkAttributes)]
    [InlineData(TpmObjectAttributes.FixedParent, TpmCodes.AkAttributes)]
    [InlineData(TpmObjectAttributes.SensitiveDataOrigin, TpmCodes.AkAttributes)]
    [InlineData(TpmObjectAttributes.Sign, TpmCodes.AkAttributes)]
    [InlineData(TpmObjectAttributes.Decrypt, TpmCodes.AkAttributes)]
    public async Task An_attestation_key_with_another_attribute_is_refused(TpmObjectAttributes flipped, string code)
    {
        var template = TpmTemplate.Attestation(ecc: true);
        using var exchange = new TpmExchange(attestation: template with { Attributes = template.Attributes ^ flipped });
        await RefusedAsync(exchange, code);
    }

    [Theory]
    [InlineData(TpmObjectAttributes.Restricted)]
    [InlineData(TpmObjectAttributes.FixedTpm)]
    [InlineData(TpmObjectAttributes.FixedParent)]
    [InlineData(TpmObjectAttributes.SensitiveDataOrigin)]
    [InlineData(TpmObjectAttributes.Decrypt)]
    [InlineData(TpmObjectAttributes.Sign)]
    public async Task An_endorsement_key_with_another_attribute_is_refused(TpmObjectAttributes flipped)
    {
        var template = TpmTemplate.Endorsement(ecc: true);
        using var exchange = new TpmExchange(endorsement: template with { Attributes = template.Attributes ^ flipped });
        await RefusedAsync(exchange, TpmCodes.EkAttributes);
    }

    [Fact]
    public async Task An_attestation_key_with_another_scheme_hash_or_size_is_refused()
    {
        var ecc = TpmTemplate.Attestation(ecc: true);
        var rsa = TpmTemplate.Attestation(ecc: false);
        foreach (var (template, code) in new[]
        {
            (ecc with { Scheme = TpmAlgorithm.EcSchnorr }, TpmCodes.AkScheme),
            (ecc with { Scheme = TpmAlgorithm.None }, TpmCodes.AkScheme),
            (ecc with { SchemeHash = TpmAlgorithm.Sha1 }, TpmCodes.AkScheme),
            (rsa with { Scheme = TpmAlgorithm.RsaPss }, TpmCodes.AkScheme),
            (rsa with { RsaBits = 1024 }, TpmCodes.AkKey),
            (ecc with { NameAlgorithm = TpmAlgorithm.Sha1 }, TpmCodes.AkKey),
            (ecc with { Curve = 4 }, TpmCodes.AkKey),
        })
        {
            using var exchange = new TpmExchange(attestation: template);
            await RefusedAsync(exchange, code);
        }
    }

    [Fact]
    public async Task An_endorsement_key_of_another_template_is_refused()
    {
        var ecc = TpmTemplate.Endorsement(ecc: true);
        foreach (var template in new[]
        {
            ecc with { NameAlgorithm = TpmAlgorithm.Sha384 },
            ecc with { Symmetric = TpmAlgorithm.None },
            ecc with { SymmetricBits = 256 },
            ecc with { SymmetricMode = 0x44 },
            ecc with { Curve = 4 },
            ecc with { Scheme = TpmAlgorithm.Ecdh, SchemeHash = TpmAlgorithm.Sha256 },
            TpmTemplate.Endorsement(ecc: false) with { RsaBits = 3072 },
        })
        {
            using var exchange = new TpmExchange(endorsement: template);
            await RefusedAsync(exchange, TpmCodes.EkKey);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_for_another_key_than_the_one_that_is_used_is_refused(bool ecc)
    {
        // Anchoring one and using another is what SPIRE 1.15.1 did (azure_imds).
        using var exchange = new TpmExchange(ecc);
        using var attacker = new SoftTpm(ecc);
        var opening = exchange.Opening();
        opening["ekPublic"] = Convert.ToBase64String(attacker.Endorsement.Public);
        var offer = await exchange.ChallengeAsync(opening);
        Assert.Equal(TpmCodes.EkMismatch, offer.Code);
        Assert.Null(offer.Challenge);
        Assert.True(offer.State.IsEmpty);
    }

    [Fact]
    public async Task A_certificate_of_another_vendor_is_refused_also_when_it_brings_its_own_root()
    {
        using var exchange = new TpmExchange();
        using var other = new TpmVendor(TpmExchange.Now);
        exchange.EndorsementCertificate = other.Certify(exchange.EndorsementPublicKey);
        var opening = exchange.Opening();
        opening["ekIntermediates"] = new JsonArray(Convert.ToBase64String(other.Intermediate.RawData), Convert.ToBase64String(other.Root.RawData));
        Assert.Equal(TpmCodes.EkChain, (await exchange.ChallengeAsync(opening)).Code);
    }

    [Fact]
    public async Task A_chain_without_its_intermediate_is_refused()
    {
        using var exchange = new TpmExchange();
        var opening = exchange.Opening();
        opening.Remove("ekIntermediates");
        Assert.Equal(TpmCodes.EkChain, (await exchange.ChallengeAsync(opening)).Code);
    }

    [Fact]
    public async Task A_self_signed_certificate_and_one_signed_by_another_TPMs_certificate_are_refused()
    {
        using var exchange = new TpmExchange();
        using var victimKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // A TPM's own certificate is used as an authority.
        using var victim = exchange.Vendor.Certify(new PublicKey(victimKey), subject: "CN=TPM 4711");
        exchange.EndorsementCertificate = exchange.Vendor.Certify(exchange.EndorsementPublicKey, issuerKey: victimKey, issuer: victim);
        var opening = exchange.Opening();
        opening["ekIntermediates"] = new JsonArray(Convert.ToBase64String(victim.RawData), Convert.ToBase64String(exchange.Vendor.Intermediate.RawData));
        Assert.Equal(TpmCodes.EkChain, (await exchange.ChallengeAsync(opening)).Code);

        var request = new CertificateRequest("CN=me", exchange.Tpm.Endorsement.Ecc!, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        exchange.EndorsementCertificate = request.CreateSelfSigned(TpmExchange.Now.AddDays(-1), TpmExchange.Now.AddDays(1));
        Assert.Equal(TpmCodes.EkChain, (await exchange.ChallengeAsync()).Code);
    }

    [Fact]
    public async Task A_certificate_that_is_not_for_an_endorsement_key_is_refused()
    {
        using var exchange = new TpmExchange();
        var key = exchange.EndorsementPublicKey;
        foreach (var certificate in new[]
        {
            exchange.Vendor.Certify(key, purpose: "1.3.6.1.5.5.7.3.1"),
            exchange.Vendor.Certify(key, isCa: true, usage: X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.KeyAgreement),
            exchange.Vendor.Certify(key, usage: X509KeyUsageFlags.DigitalSignature),
            exchange.Vendor.Certify(key, more: new X509Extension("1.2.3.4", [5, 0], critical: true)),
        })
        {
            exchange.EndorsementCertificate = certificate;
            await RefusedAsync(exchange, TpmCodes.EkCertificate);
        }
    }

    [Fact]
    public async Task A_certificate_out_of_its_time_is_refused()
    {
        using var exchange = new TpmExchange();
        exchange.EndorsementCertificate = exchange.Vendor.Certify(exchange.EndorsementPublicKey, notAfter: TpmExchange.Now.AddSeconds(-1));
        await RefusedAsync(exchange, TpmCodes.EkExpired);
        exchange.At = TpmExchange.Now.AddSeconds(-2);
        Assert.Null((await exchange.ChallengeAsync()).Code);
        exchange.At = TpmExchange.Now.AddYears(-2);
        await RefusedAsync(exchange, TpmCodes.EkExpired);
    }

    [Fact]
    public async Task An_authority_below_one_that_allows_none_is_refused()
    {
        using var exchange = new TpmExchange();
        using var vendor = new TpmVendor(TpmExchange.Now, rootPathLength: 0);
        exchange.Reference = TpmExchange.Json($$"""{ "ekRoots": [{{TpmExchange.Pem(vendor.Root)}}], "pcrs": { "7": ["{{new string('0', 64)}}"] } }""");
        exchange.EndorsementCertificate = vendor.Certify(exchange.EndorsementPublicKey);
        var opening = exchange.Opening();
        opening["ekIntermediates"] = new JsonArray(Convert.ToBase64String(vendor.Intermediate.RawData));
        Assert.Equal(TpmCodes.EkChain, (await exchange.ChallengeAsync(opening)).Code);
    }

    [Fact]
    public async Task A_chain_signed_with_SHA1_is_refused()
    {
        using var exchange = new TpmExchange();
        var request = new CertificateRequest(new X500DistinguishedName("CN=weak"), exchange.EndorsementPublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        exchange.EndorsementCertificate = request.Create(exchange.Vendor.Intermediate.SubjectName, new WeakSignature(exchange.Vendor.IntermediateKey),
            TpmExchange.Now.AddDays(-1), TpmExchange.Now.AddDays(1), [1, 2, 3]);
        // OpenSSL may refuse it by itself, depending on its security level: in either case it is not taken.
        Assert.Contains((await exchange.ChallengeAsync()).Code, new[] { TpmCodes.EkAlgorithm, TpmCodes.EkChain });
    }

    [Fact]
    public async Task The_sites_vendors_are_trusted_only_where_the_entry_names_none()
    {
        using var exchange = new TpmExchange();
        using var other = new TpmVendor(TpmExchange.Now);
        exchange.SiteRoots.Add(other.Root);
        Assert.Null((await exchange.ChallengeAsync()).Code);

        exchange.Reference = TpmExchange.Json($$"""{ "pcrs": { "7": ["{{new string('0', 64)}}"] } }""");
        await RefusedAsync(exchange, TpmCodes.EkChain);
        exchange.SiteRoots.Add(exchange.Vendor.Root);
        Assert.Null((await exchange.ChallengeAsync()).Code);
        exchange.SiteRoots.Clear();
        await RefusedAsync(exchange, TpmCodes.ReferenceInvalid);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("""{ "ekCertificate": 1, "ekPublic": [], "akPublic": {} }""")]
    [InlineData("""{ "ekPublic": "\ud800" }""")]
    public async Task What_is_no_opening_is_refused(string json)
    {
        using var exchange = new TpmExchange();
        var offer = await exchange.Verifier.ChallengeAsync(TpmExchange.Json(json), exchange.Context);
        Assert.Equal(TpmCodes.OpeningMalformed, offer.Code);
    }

    [Fact]
    public async Task An_opening_without_a_member_or_with_a_broken_one_is_refused()
    {
        using var exchange = new TpmExchange();
        foreach (var (member, value, code) in new[]
        {
            ("ekCertificate", (JsonNode?)null, TpmCodes.OpeningMalformed),
            ("ekPublic", null, TpmCodes.OpeningMalformed),
            ("akPublic", null, TpmCodes.OpeningMalformed),
            ("ekCertificate", "AAAA", TpmCodes.OpeningMalformed),
            ("ekCertificate", "not base64", TpmCodes.OpeningMalformed),
            ("ekIntermediates", "AAAA", TpmCodes.OpeningMalformed),
            ("ekIntermediates", new JsonArray("AAAA"), TpmCodes.OpeningMalformed),
            ("ekIntermediates", new JsonArray("", "", "", "", ""), TpmCodes.OpeningMalformed),
            ("ekPublic", "AAAA", TpmCodes.PublicMalformed),
            ("akPublic", Convert.ToBase64String([.. exchange.Attestation.Public, 0]), TpmCodes.PublicMalformed),
            ("akPublic", Convert.ToBase64String(exchange.Attestation.Public[..^1]), TpmCodes.PublicMalformed),
            ("akPublic", Convert.ToBase64String(new byte[2000]), TpmCodes.OpeningMalformed),
        })
        {
            var opening = exchange.Opening();
            if (value is null)
                opening.Remove(member);
            else
                opening[member] = value;
            Assert.Equal(code, (await exchange.ChallengeAsync(opening)).Code);
        }
    }

    [Fact]
    public async Task A_point_that_is_not_on_the_curve_is_refused()
    {
        using var exchange = new TpmExchange();
        foreach (var (member, area, code) in new[] { ("akPublic", exchange.Attestation.Public, TpmCodes.AkKey), ("ekPublic", exchange.Tpm.Endorsement.Public, TpmCodes.EkMismatch) })
        {
            area[^1] ^= 1;
            var opening = exchange.Opening();
            opening[member] = Convert.ToBase64String(area);
            Assert.Equal(code, (await exchange.ChallengeAsync(opening)).Code);
        }
    }

    private static async Task RefusedAsync(TpmExchange exchange, string code)
    {
        var offer = await exchange.ChallengeAsync();
        Assert.Equal(code, offer.Code);
        Assert.NotEmpty(offer.Detail!);
        Assert.Null(offer.Challenge);
        Assert.True(offer.State.IsEmpty);
    }

    /// <summary>ecdsa-with-SHA1, which the framework does not make.</summary>
    private sealed class WeakSignature(ECDsa key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
                writer.WriteObjectIdentifier("1.2.840.10045.4.1");
            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
            => key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
