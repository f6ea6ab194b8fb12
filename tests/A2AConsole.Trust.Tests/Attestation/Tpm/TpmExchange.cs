using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.Tpm;
using A2AConsole.Testing.Tpm;
using A2AConsole.Trust.Attestation.Tpm;

namespace A2AConsole.Trust.Tests.Attestation.Tpm;

/// <summary>One honest conversation between an agent with a TPM and the verifier, each step of which a test can falsify.</summary>
internal sealed class TpmExchange : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);

    public TpmExchange(bool ecc = true, TpmTemplate? attestation = null, TpmTemplate? endorsement = null)
    {
        Vendor = new TpmVendor(Now);
        Tpm = new SoftTpm(ecc, endorsement);
        Attestation = new SoftTpmKey(attestation ?? TpmTemplate.Attestation(ecc));
        Tpm.Extend(4, Digest("loader"));
        Tpm.Extend(4, Digest("kernel"));
        Tpm.Extend(7, Digest("secure boot on"));
        Log = new EventLogWriter().Measure(4, Digest("loader")).Measure(7, Digest("secure boot on")).Measure(4, Digest("kernel")).ToArray();
        Reference = Json($$"""{ "ekRoots": [{{Pem(Vendor.Root)}}], "pcrs": { "7": ["{{Hex(Tpm.Registers[7])}}"], "4": ["{{new string('0', 64)}}", "{{Hex(Tpm.Registers[4])}}"] } }""");
        EndorsementCertificate = Vendor.Certify(EndorsementPublicKey);
        SubjectPublicKeyInfo = RandomNumberGenerator.GetBytes(91);
    }

    public TpmVendor Vendor { get; }
    public SoftTpm Tpm { get; }
    public SoftTpmKey Attestation { get; }
    public X509Certificate2 EndorsementCertificate { get; set; }
    public X509Certificate2Collection SiteRoots { get; } = [];
    public JsonElement Reference { get; set; }
    public byte[] Log { get; set; }
    public byte[] Nonce { get; set; } = RandomNumberGenerator.GetBytes(EvidenceBinding.NonceSize);
    public byte[] SubjectPublicKeyInfo { get; set; }
    public DateTimeOffset At { get; set; } = Now;
    public byte[] State { get; set; } = [];

    public TpmVerifier Verifier => new(SiteRoots);
    public PublicKey EndorsementPublicKey => Tpm.Endorsement.Rsa is { } rsa ? new PublicKey(rsa) : new PublicKey(Tpm.Endorsement.Ecc!);

    public AppraisalContext Context => new()
    {
        SpiffeId = "spiffe://acme.test/env/prod/role/planner/agent/p-1",
        Nonce = Nonce,
        SubjectPublicKeyInfo = SubjectPublicKeyInfo,
        Reference = Reference,
        Now = At,
        ChallengeState = State,
    };

    public JsonObject Opening() => new()
    {
        ["ekCertificate"] = Convert.ToBase64String(EndorsementCertificate.RawData),
        ["ekIntermediates"] = new JsonArray(Convert.ToBase64String(Vendor.Intermediate.RawData)),
        ["ekPublic"] = Convert.ToBase64String(Tpm.Endorsement.Public),
        ["akPublic"] = Convert.ToBase64String(Attestation.Public),
    };

    public async Task<ChallengeOffer> ChallengeAsync(JsonNode? opening = null) => await Verifier.ChallengeAsync(JsonSerializer.SerializeToElement(opening ?? Opening()), Context);

    /// <summary>Opens, answers the challenge as the TPM does and gives the secret.</summary>
    public async Task<byte[]> ChallengedAsync()
    {
        var offer = await ChallengeAsync();
        Assert.Null(offer.Code);
        State = offer.State.ToArray();
        var secret = Tpm.Activate(Attestation.Name, offer.Challenge!.Value.GetProperty("credentialBlob").GetBytesFromBase64(), offer.Challenge.Value.GetProperty("encryptedSeed").GetBytesFromBase64());
        Assert.NotNull(secret);
        return secret;
    }

    /// <summary>The evidence of an honest agent, with what is given in place of its own.</summary>
    public async Task<JsonObject> EvidenceAsync(uint registers = 0x90, byte[]? quote = null, byte[]? signature = null, bool withLog = false)
    {
        var secret = await ChallengedAsync();
        quote ??= Tpm.Quote(Context.Binding, registers);
        var values = new JsonObject();
        foreach (var register in PcrValues.InBitmap(registers))
            values[register.ToString(CultureInfo.InvariantCulture)] = Hex(Tpm.Registers[register]);
        var evidence = new JsonObject
        {
            ["secret"] = Convert.ToBase64String(secret),
            ["quote"] = Convert.ToBase64String(quote),
            ["signature"] = Convert.ToBase64String(signature ?? Attestation.Sign(quote)),
            ["pcrs"] = values,
        };
        if (withLog)
            evidence["eventLog"] = Convert.ToBase64String(Log);
        return evidence;
    }

    public async Task<Appraisal> AppraiseAsync(JsonNode evidence)
        => await Verifier.AppraiseAsync(new Evidence(EvidenceKind.Tpm, JsonSerializer.SerializeToElement(evidence)), Context);

    public void Dispose()
    {
        Vendor.Dispose();
        Tpm.Dispose();
        Attestation.Dispose();
        EndorsementCertificate.Dispose();
    }

    public static byte[] Digest(string text) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));

    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    public static string Pem(X509Certificate2 certificate) => JsonSerializer.Serialize(certificate.ExportCertificatePem());

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>A refusal says its code and what would be right, and never looks like drift.</summary>
    public static void AssertRefused(string code, Appraisal appraisal)
    {
        Assert.Equal(code, appraisal.Code);
        Assert.False(appraisal.IsAffirming);
        Assert.False(appraisal.IsDrift);
        Assert.NotEmpty(appraisal.Detail!);
        Assert.Null(appraisal.Runtime);
    }
}
