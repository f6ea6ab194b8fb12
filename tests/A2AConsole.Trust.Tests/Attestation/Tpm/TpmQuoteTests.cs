using System.Security.Cryptography;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.Tpm;
using A2AConsole.Testing.Tpm;

namespace A2AConsole.Trust.Tests.Attestation.Tpm;

/// <summary>What a challenged TPM must say, and everything that is taken for a lie.</summary>
public sealed class TpmQuoteTests
{
    private const uint Wanted = 0x90;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task An_honest_quote_is_affirmed_with_what_was_measured(bool ecc, bool withLog)
    {
        using var exchange = new TpmExchange(ecc);
        var appraisal = await exchange.AppraiseAsync(await exchange.EvidenceAsync(withLog: withLog));
        Assert.Null(appraisal.Code);
        Assert.True(appraisal.IsAffirming);
        Assert.Equal(AssuranceLevel.Hardware, appraisal.Assurance);
        Assert.Equal("tpm:" + TpmExchange.Hex(SHA256.HashData(exchange.EndorsementPublicKey.ExportSubjectPublicKeyInfo())), appraisal.Runtime);
        Assert.Equal(TpmExchange.Hex(exchange.Tpm.Registers[7]), appraisal.Claims.Single(c => c.Name == "pcr.7").Measured);
        Assert.Equal("0x2019102300163636", appraisal.Claims.Single(c => c.Name == "firmware-version").Measured);
        Assert.All(appraisal.Claims, c => Assert.True(c.Matches));
    }

    [Fact]
    public async Task A_TPM_is_the_same_runtime_whatever_attestation_key_it_uses()
    {
        using var exchange = new TpmExchange();
        var first = await exchange.AppraiseAsync(await exchange.EvidenceAsync());
        using var second = new TpmExchange();
        Assert.NotEqual(first.Runtime, (await second.AppraiseAsync(await second.EvidenceAsync())).Runtime);
        exchange.Nonce = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(first.Runtime, (await exchange.AppraiseAsync(await exchange.EvidenceAsync())).Runtime);
    }

    [Fact]
    public async Task Another_nonce_and_another_key_are_refused()
    {
        using var exchange = new TpmExchange();
        var evidence = await exchange.EvidenceAsync();
        var (nonce, key) = (exchange.Nonce, exchange.SubjectPublicKeyInfo);
        exchange.Nonce = RandomNumberGenerator.GetBytes(32);
        TpmExchange.AssertRefused(TpmCodes.NonceMismatch, await exchange.AppraiseAsync(evidence));
        (exchange.Nonce, exchange.SubjectPublicKeyInfo) = (nonce, RandomNumberGenerator.GetBytes(91));
        TpmExchange.AssertRefused(TpmCodes.NonceMismatch, await exchange.AppraiseAsync(evidence));
        exchange.SubjectPublicKeyInfo = key;
        Assert.True((await exchange.AppraiseAsync(evidence)).IsAffirming);
    }

    [Fact]
    public async Task A_replayed_quote_is_refused_also_with_a_fresh_secret()
    {
        using var exchange = new TpmExchange();
        var old = await exchange.EvidenceAsync();
        exchange.Nonce = RandomNumberGenerator.GetBytes(32);
        var fresh = await exchange.EvidenceAsync();
        TpmExchange.AssertRefused(TpmCodes.SecretMismatch, await exchange.AppraiseAsync(old));
        old["secret"] = fresh["secret"]!.DeepClone();
        TpmExchange.AssertRefused(TpmCodes.NonceMismatch, await exchange.AppraiseAsync(old));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_right_quote_by_another_key_is_refused(bool ecc)
    {
        using var exchange = new TpmExchange(ecc);
        using var other = new SoftTpmKey(TpmTemplate.Attestation(ecc));
        var quote = exchange.Tpm.Quote(exchange.Context.Binding, Wanted);
        TpmExchange.AssertRefused(TpmCodes.SignatureInvalid, await exchange.AppraiseAsync(await exchange.EvidenceAsync(quote: quote, signature: other.Sign(quote))));
        using var otherKind = new SoftTpmKey(TpmTemplate.Attestation(!ecc));
        TpmExchange.AssertRefused(TpmCodes.SignatureMalformed, await exchange.AppraiseAsync(await exchange.EvidenceAsync(quote: quote, signature: otherKind.Sign(quote))));
    }

    [Fact]
    public async Task The_quote_of_another_TPM_is_refused_even_when_its_key_is_as_good()
    {
        using var exchange = new TpmExchange();
        using var other = new TpmExchange();
        // The other TPM is honest about another machine: its quote, its key; our secret.
        var quote = other.Tpm.Quote(exchange.Context.Binding, Wanted);
        TpmExchange.AssertRefused(TpmCodes.SignatureInvalid, await exchange.AppraiseAsync(await exchange.EvidenceAsync(quote: quote, signature: other.Attestation.Sign(quote))));
    }

    [Fact]
    public async Task What_a_TPM_did_not_make_is_refused_although_the_key_signed_it()
    {
        using var exchange = new TpmExchange();
        var binding = exchange.Context.Binding;
        foreach (var (quote, code) in new[]
        {
            (exchange.Tpm.Quote(binding, Wanted, magic: 0x00544347), TpmCodes.QuoteMagic),
            (exchange.Tpm.Quote(binding, Wanted, magic: 0), TpmCodes.QuoteMagic),
            (exchange.Tpm.Quote(binding, Wanted, type: 0x8017), TpmCodes.QuoteType),
            (exchange.Tpm.Quote(binding, Wanted, type: 0x8014), TpmCodes.QuoteType),
            (exchange.Tpm.Quote(binding, Wanted | 1), TpmCodes.PcrSelection),
            (exchange.Tpm.Quote(binding, 0x10), TpmCodes.PcrSelection),
            (exchange.Tpm.Quote(binding, 0), TpmCodes.PcrSelection),
            (exchange.Tpm.Quote(binding, Wanted, bank: TpmAlgorithm.Sha1), TpmCodes.PcrSelection),
            (exchange.Tpm.Quote(binding, Wanted, digest: new byte[32]), TpmCodes.PcrDigest),
            (exchange.Tpm.Quote(binding, Wanted, digest: []), TpmCodes.PcrDigest),
            (exchange.Tpm.Quote([], Wanted), TpmCodes.NonceMismatch),
            (exchange.Tpm.Quote(binding[..31], Wanted), TpmCodes.NonceMismatch),
            (exchange.Tpm.Quote([.. binding, 0], Wanted), TpmCodes.NonceMismatch),
            (exchange.Tpm.Quote(exchange.Nonce, Wanted), TpmCodes.NonceMismatch),
            ([.. exchange.Tpm.Quote(binding, Wanted), 0], TpmCodes.QuoteMalformed),
            (exchange.Tpm.Quote(binding, Wanted)[..^1], TpmCodes.QuoteMalformed),
            ([], TpmCodes.QuoteMalformed),
        })
            TpmExchange.AssertRefused(code, await exchange.AppraiseAsync(await exchange.EvidenceAsync(quote: quote)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_flipped_bit_of_quote_signature_and_values_is_refused(bool ecc)
    {
        using var exchange = new TpmExchange(ecc);
        var evidence = await exchange.EvidenceAsync();
        Assert.True((await exchange.AppraiseAsync(evidence)).IsAffirming);
        foreach (var member in new[] { "quote", "signature", "secret" })
        {
            var bytes = Convert.FromBase64String(evidence[member]!.GetValue<string>());
            for (var i = 0; i < bytes.Length; i++)
            {
                var changed = bytes.ToArray();
                changed[i] ^= (byte)(1 << (i % 8));
                var forged = evidence.DeepClone();
                forged[member] = Convert.ToBase64String(changed);
                var appraisal = await exchange.AppraiseAsync(forged);
                Assert.False(appraisal.IsAffirming, $"{member}, byte {i}");
                Assert.False(appraisal.IsDrift);
                if (member == "secret")
                    Assert.Equal(TpmCodes.SecretMismatch, appraisal.Code);
                else if (member == "signature")
                    Assert.Contains(appraisal.Code, new[] { TpmCodes.SignatureInvalid, TpmCodes.SignatureMalformed });
                else
                    Assert.Contains(appraisal.Code, new[] { TpmCodes.SignatureInvalid, TpmCodes.QuoteMagic, TpmCodes.QuoteType, TpmCodes.QuoteMalformed });
            }
        }
    }

    [Fact]
    public async Task Other_register_values_than_the_quoted_ones_are_refused()
    {
        using var exchange = new TpmExchange();
        var evidence = await exchange.EvidenceAsync();

        // The value that the entry wants in place of the one that was measured.
        var wanted = evidence.DeepClone();
        wanted["pcrs"]!["4"] = new string('0', 64);
        TpmExchange.AssertRefused(TpmCodes.PcrDigest, await exchange.AppraiseAsync(wanted));

        var more = evidence.DeepClone();
        more["pcrs"]!["0"] = new string('0', 64);
        TpmExchange.AssertRefused(TpmCodes.PcrSelection, await exchange.AppraiseAsync(more));

        var less = evidence.DeepClone();
        less["pcrs"]!.AsObject().Remove("4");
        TpmExchange.AssertRefused(TpmCodes.PcrSelection, await exchange.AppraiseAsync(less));
    }

    [Fact]
    public async Task Evidence_without_its_challenge_or_with_another_ones_is_refused()
    {
        using var exchange = new TpmExchange();
        var evidence = await exchange.EvidenceAsync();
        var state = exchange.State;
        exchange.State = [];
        TpmExchange.AssertRefused(TpmCodes.ChallengeMissing, await exchange.AppraiseAsync(evidence));
        exchange.State = state[..^1];
        TpmExchange.AssertRefused(TpmCodes.ChallengeMissing, await exchange.AppraiseAsync(evidence));

        using var other = new TpmExchange { Reference = exchange.Reference, EndorsementCertificate = exchange.EndorsementCertificate };
        other.SiteRoots.Add(other.Vendor.Root);
        other.Reference = TpmExchange.Json($$"""{ "ekRoots": [{{TpmExchange.Pem(exchange.Vendor.Root)}}, {{TpmExchange.Pem(other.Vendor.Root)}}], "pcrs": { "7": ["{{new string('0', 64)}}"] } }""");
        other.EndorsementCertificate = other.Vendor.Certify(other.EndorsementPublicKey);
        await other.ChallengedAsync();
        exchange.State = other.State;
        TpmExchange.AssertRefused(TpmCodes.ChallengeStale, await exchange.AppraiseAsync(evidence));
    }

    [Fact]
    public async Task A_vendor_that_is_no_longer_trusted_since_the_challenge_is_refused()
    {
        using var exchange = new TpmExchange();
        var evidence = await exchange.EvidenceAsync();
        using var other = new TpmVendor(TpmExchange.Now);
        exchange.Reference = TpmExchange.Json(exchange.Reference.GetRawText().Replace(TpmExchange.Pem(exchange.Vendor.Root), TpmExchange.Pem(other.Root), StringComparison.Ordinal));
        TpmExchange.AssertRefused(TpmCodes.ChallengeStale, await exchange.AppraiseAsync(evidence));
    }

    [Fact]
    public async Task Evidence_without_a_member_or_with_a_broken_one_is_refused()
    {
        using var exchange = new TpmExchange();
        var evidence = await exchange.EvidenceAsync();
        foreach (var (member, value) in new (string, JsonNode?)[]
        {
            ("secret", null), ("quote", null), ("signature", null), ("pcrs", null),
            ("secret", 1), ("quote", "%"), ("signature", new JsonArray()), ("pcrs", new JsonArray()),
            ("secret", Convert.ToBase64String(new byte[33])), ("quote", Convert.ToBase64String(new byte[1025])),
            ("pcrs", new JsonObject { ["4"] = "00" }), ("pcrs", new JsonObject { ["4"] = new string('g', 64) }), ("pcrs", new JsonObject { ["24"] = new string('0', 64) }),
            ("pcrs", new JsonObject { ["x"] = new string('0', 64) }), ("pcrs", new JsonObject { ["4"] = 4 }),
            ("pcrs", new JsonObject { ["4"] = new string('0', 64), ["04"] = new string('0', 64) }),
            ("eventLog", 5), ("eventLog", Convert.ToBase64String(new byte[TcgEventLog.MaxSize + 1])),
        })
        {
            var broken = evidence.DeepClone().AsObject();
            if (value is null)
                broken.Remove(member);
            else
                broken[member] = value;
            TpmExchange.AssertRefused(TpmCodes.EvidenceMalformed, await exchange.AppraiseAsync(broken));
        }
        TpmExchange.AssertRefused(TpmCodes.EvidenceMalformed, await exchange.AppraiseAsync(new JsonArray()));
    }

    [Theory]
    [InlineData("""{ "\ud800": 1 }""")]
    [InlineData("""{ "secret": "", "quote": "", "signature": "", "pcrs": { "\ud800": "" } }""")]
    [InlineData("""{ "secret": "", "quote": "", "signature": "", "pcrs": { "4": "\ud800" } }""")]
    [InlineData("""{ "secret": "\ud800" }""")]
    public async Task Text_that_is_no_Unicode_is_refused(string json)
    {
        using var exchange = new TpmExchange();
        TpmExchange.AssertRefused(TpmCodes.EvidenceMalformed, await exchange.Verifier.AppraiseAsync(new Evidence(EvidenceKind.Tpm, TpmExchange.Json(json)), exchange.Context));
        Assert.Equal(TpmCodes.OpeningMalformed, (await exchange.Verifier.ChallengeAsync(TpmExchange.Json(json), exchange.Context)).Code);
    }
}
