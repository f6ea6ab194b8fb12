using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.Tpm;
using A2AConsole.Testing.Tpm;
using A2AConsole.Trust.Attestation.Tpm;

namespace A2AConsole.Trust.Tests.Attestation.Tpm;

/// <summary>The whole conversation with a TPM and tools that somebody else wrote: swtpm and its local authority, tpm2-tools.</summary>
public sealed partial class SwtpmTests
{
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(EvidenceBinding.NonceSize);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(91);
    private readonly TpmVerifier _verifier = new([]);
    private JsonElement _reference;
    private byte[] _state = [];

    [Theory]
    [InlineData("rsa", "rsassa")]
    [InlineData("ecc", "ecdsa")]
    public async Task A_real_TPM_enrols_and_drifts(string kind, string scheme)
    {
        await using var tpm = await Swtpm.StartAsync();
        await MakeKeysAsync(tpm, kind, scheme);

        // Boot: three measurements, logged as firmware does.
        var log = new EventLogWriter();
        foreach (var (register, what) in new[] { (4, "loader"), (7, "secure boot on"), (4, "kernel") })
        {
            await tpm.ToolAsync("tpm2_pcrextend", $"{register}:sha256={Hex(TpmExchange.Digest(what))}");
            log.Measure(register, TpmExchange.Digest(what), what);
        }
        await File.WriteAllBytesAsync(tpm.Path("log"), log.ToArray());
        var measured = await ReadRegistersAsync(tpm, 0, 4, 7);
        _reference = TpmExchange.Json($$"""
            { "ekRoots": [{{TpmExchange.Pem(tpm.Root)}}], "pcrs": { "0": ["{{measured[0]}}"], "7": ["{{measured[7]}}"] },
              "events": { "4": { "required": ["{{Hex(TpmExchange.Digest("loader"))}}"], "allowed": ["{{Hex(TpmExchange.Digest("kernel"))}}"] } } }
            """);

        var secret = await ChallengeAsync(tpm);
        var evidence = await QuoteAsync(tpm, secret, "0,4,7");
        var appraisal = await AppraiseAsync(evidence);
        Assert.True(appraisal.IsAffirming, $"{appraisal.Code}: {appraisal.Detail}");
        Assert.Equal(measured[7], appraisal.Claims.Single(c => c.Name == "pcr.7").Measured);

        // What the tools' own checks say of the very files: the same, as far as they check.
        Assert.Contains("sig", await tpm.RunAsync("tpm2_checkquote", "-u", "ak.pub", "-m", "quote", "-s", "signature", "-f", "pcrs", "-g", "sha256", "-q", Hex(Binding)), StringComparison.Ordinal);
        var replayed = await tpm.RunAsync("tpm2_eventlog", "log");
        foreach (var register in new[] { 4, 7 })
            Assert.Matches($@"(?m)^ +{register} +: 0x{measured[register]}", replayed);

        // Another nonce, another key to be certified, the log of another boot.
        Assert.Equal(TpmCodes.NonceMismatch, (await AppraiseAsync(evidence, nonce: RandomNumberGenerator.GetBytes(32))).Code);
        Assert.Equal(TpmCodes.NonceMismatch, (await AppraiseAsync(evidence, key: RandomNumberGenerator.GetBytes(91))).Code);
        var otherLog = evidence.DeepClone();
        otherLog["eventLog"] = Convert.ToBase64String(new EventLogWriter().Measure(4, TpmExchange.Digest("loader")).ToArray());
        Assert.Equal(TpmCodes.EventLogMismatch, (await AppraiseAsync(otherLog)).Code);

        // More registers than were asked for.
        Assert.Equal(TpmCodes.PcrSelection, (await AppraiseAsync(await QuoteAsync(tpm, secret, "0,4,7,8"))).Code);

        // A quote by another key of the same TPM, restricted as well: it was not the one that was challenged.
        await tpm.ToolAsync("tpm2_createak", "-C", "ek.ctx", "-c", "ak2.ctx", "-G", kind, "-g", "sha256", "-s", scheme, "-u", "ak2.pub");
        Assert.Equal(TpmCodes.SignatureInvalid, (await AppraiseAsync(await QuoteAsync(tpm, secret, "0,4,7", "ak2.ctx"))).Code);

        // Something else is measured: drift, beside what was expected.
        await tpm.ToolAsync("tpm2_pcrextend", $"7:sha256={Hex(TpmExchange.Digest("secure boot off"))}");
        log.Measure(7, TpmExchange.Digest("secure boot off"));
        await File.WriteAllBytesAsync(tpm.Path("log"), log.ToArray());
        appraisal = await AppraiseAsync(await QuoteAsync(tpm, secret, "0,4,7"));
        Assert.Equal(TpmCodes.PcrDrift, appraisal.Code);
        Assert.True(appraisal.IsDrift);
        Assert.Equal((await ReadRegistersAsync(tpm, 7))[7], appraisal.Claims.Single(c => !c.Matches).Measured);
    }

    [Theory]
    [InlineData("rsa", "rsassa")]
    [InlineData("ecc", "ecdsa")]
    public async Task A_real_TPM_opens_a_credential_only_for_the_key_that_it_names(string kind, string scheme)
    {
        await using var tpm = await Swtpm.StartAsync();
        await MakeKeysAsync(tpm, kind, scheme);
        await tpm.ToolAsync("tpm2_createak", "-C", "ek.ctx", "-c", "ak2.ctx", "-G", kind, "-g", "sha256", "-s", scheme, "-u", "ak2.pub");
        _reference = TpmExchange.Json($$"""{ "ekRoots": [{{TpmExchange.Pem(tpm.Root)}}], "pcrs": { "0": ["{{new string('0', 64)}}"] } }""");
        await ChallengeAsync(tpm);
        var (code, output) = await ActivateAsync(tpm, "ak2.ctx");
        Assert.True(code != 0, output);
    }

    [Theory]
    [InlineData("rsa", "rsassa")]
    [InlineData("ecc", "ecdsa")]
    public async Task A_key_that_would_sign_anything_is_refused(string kind, string scheme)
    {
        await using var tpm = await Swtpm.StartAsync();
        await MakeKeysAsync(tpm, kind, scheme);
        _reference = TpmExchange.Json($$"""{ "ekRoots": [{{TpmExchange.Pem(tpm.Root)}}], "pcrs": { "0": ["{{new string('0', 64)}}"] } }""");
        // The same TPM, the same parent, everything but restricted.
        await tpm.ToolAsync("tpm2_createprimary", "-C", "e", "-c", "parent.ctx", "-G", kind);
        await tpm.ToolAsync("tpm2_create", "-C", "parent.ctx", "-G", kind == "rsa" ? "rsa2048:rsassa-sha256:null" : "ecc256:ecdsa-sha256:null", "-u", "ak.pub", "-r", "ak.priv",
            "-a", "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign");
        var offer = await OfferAsync(tpm);
        Assert.Equal(TpmCodes.AkNotRestricted, offer.Code);
    }

    private byte[] Binding => EvidenceBinding.Of(_nonce, _key);

    private static async Task MakeKeysAsync(Swtpm tpm, string kind, string scheme)
    {
        await tpm.ToolAsync("tpm2_createek", "-c", "ek.ctx", "-G", kind, "-u", "ek.pub");
        await tpm.ToolAsync("tpm2_createak", "-C", "ek.ctx", "-c", "ak.ctx", "-G", kind, "-g", "sha256", "-s", scheme, "-u", "ak.pub", "-n", "ak.name");
        Assert.True(TpmPublic.TryRead(tpm.Read("ak.pub"), out var attestation, out _));
        Assert.Equal(tpm.Read("ak.name"), attestation.Name());
    }

    private async Task<ChallengeOffer> OfferAsync(Swtpm tpm)
    {
        Assert.True(TpmPublic.TryRead(tpm.Read("ek.pub"), out var endorsement, out _));
        var opening = new JsonObject
        {
            ["ekCertificate"] = Convert.ToBase64String(await tpm.CertifyAsync(endorsement.ToPublicKey()!)),
            ["ekIntermediates"] = new JsonArray(Convert.ToBase64String(tpm.Intermediate.RawData)),
            ["ekPublic"] = Convert.ToBase64String(tpm.Read("ek.pub")),
            ["akPublic"] = Convert.ToBase64String(tpm.Read("ak.pub")),
        };
        return await _verifier.ChallengeAsync(JsonSerializer.SerializeToElement(opening), ContextOf(_nonce, _key));
    }

    /// <summary>Opens and lets the TPM answer.</summary>
    private async Task<byte[]> ChallengeAsync(Swtpm tpm)
    {
        var offer = await OfferAsync(tpm);
        Assert.True(offer.Code is null, $"{offer.Code}: {offer.Detail}");
        _state = offer.State.ToArray();
        // The tools' file: magic, version, then the two structures as the TPM takes them.
        byte[] credential = [0xba, 0xdc, 0xc0, 0xde, 0, 0, 0, 1,
            .. offer.Challenge!.Value.GetProperty("credentialBlob").GetBytesFromBase64(), .. offer.Challenge.Value.GetProperty("encryptedSeed").GetBytesFromBase64()];
        await File.WriteAllBytesAsync(tpm.Path("credential"), credential);
        var (code, output) = await ActivateAsync(tpm, "ak.ctx");
        Assert.True(code == 0, output);
        return tpm.Read("secret");
    }

    private static async Task<(int Code, string Output)> ActivateAsync(Swtpm tpm, string attestation)
    {
        await tpm.RunAsync("tpm2_startauthsession", "--policy-session", "-S", "session.ctx");
        await tpm.RunAsync("tpm2_policysecret", "-S", "session.ctx", "-c", "e");
        var result = await tpm.TryRunAsync("tpm2_activatecredential", "-c", attestation, "-C", "ek.ctx", "-i", "credential", "-o", "secret", "-P", "session:session.ctx");
        await tpm.RunAsync("tpm2_flushcontext", "-t");
        await tpm.RunAsync("tpm2_flushcontext", "session.ctx");
        return result;
    }

    private async Task<JsonObject> QuoteAsync(Swtpm tpm, byte[] secret, string registers, string attestation = "ak.ctx")
    {
        await tpm.ToolAsync("tpm2_quote", "-c", attestation, "-l", $"sha256:{registers}", "-q", Hex(Binding), "-m", "quote", "-s", "signature", "-o", "pcrs", "-g", "sha256");
        var values = new JsonObject();
        foreach (var (register, value) in await ReadRegistersAsync(tpm, [.. registers.Split(',').Select(r => int.Parse(r, CultureInfo.InvariantCulture))]))
            values[register.ToString(CultureInfo.InvariantCulture)] = value;
        return new JsonObject
        {
            ["secret"] = Convert.ToBase64String(secret),
            ["quote"] = Convert.ToBase64String(tpm.Read("quote")),
            ["signature"] = Convert.ToBase64String(tpm.Read("signature")),
            ["pcrs"] = values,
            ["eventLog"] = Convert.ToBase64String(tpm.Read("log")),
        };
    }

    private static async Task<Dictionary<int, string>> ReadRegistersAsync(Swtpm tpm, params int[] registers)
    {
        var text = await tpm.ToolAsync("tpm2_pcrread", $"sha256:{string.Join(',', registers)}");
        return RegisterLine().Matches(text).ToDictionary(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), m => m.Groups[2].Value.ToLowerInvariant());
    }

    private async Task<Appraisal> AppraiseAsync(JsonNode evidence, byte[]? nonce = null, byte[]? key = null)
        => await _verifier.AppraiseAsync(new Evidence(EvidenceKind.Tpm, JsonSerializer.SerializeToElement(evidence)), ContextOf(nonce ?? _nonce, key ?? _key));

    private AppraisalContext ContextOf(byte[] nonce, byte[] key) => new()
    {
        SpiffeId = "spiffe://acme.test/env/prod/role/planner/agent/p-1",
        Nonce = nonce,
        SubjectPublicKeyInfo = key,
        Reference = _reference,
        // The authority's certificates are made by the machine's clock.
        Now = DateTimeOffset.UtcNow,
        ChallengeState = _state,
    };

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [GeneratedRegex(@"(\d+) *: 0x([0-9A-Fa-f]{64})")]
    private static partial Regex RegisterLine();
}
