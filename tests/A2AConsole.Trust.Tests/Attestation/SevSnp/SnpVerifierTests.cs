using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.SevSnp;
using A2AConsole.Testing.SevSnp;
using A2AConsole.Trust.Attestation.SevSnp;

namespace A2AConsole.Trust.Tests.Attestation.SevSnp;

/// <summary>Reports of a processor that exists only here (<see cref="SnpAuthority"/>), honest and not.</summary>
public sealed class SnpVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly SnpTcb Tcb = new(3, 0, 8, 115);

    private readonly SnpAuthority _authority = new(Now);
    private readonly ECDsa _chipKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly byte[] _chipId = RandomNumberGenerator.GetBytes(SnpReport.ChipIdSize);
    private readonly byte[] _measurement = RandomNumberGenerator.GetBytes(SnpReport.MeasurementSize);
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(EvidenceBinding.NonceSize);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(91);
    private readonly SnpVerifier _verifier = new();
    private readonly JsonNode _reference;

    public SnpVerifierTests() => _reference = new JsonObject
    {
        ["arks"] = new JsonArray(_authority.Root.ExportCertificatePem()),
        ["measurements"] = new JsonArray(new string('0', 96), Convert.ToHexStringLower(_measurement)),
        ["minTcb"] = new JsonObject { ["bootLoader"] = 3, ["tee"] = 0, ["snp"] = 8, ["microcode"] = 115 },
    };

    [Fact]
    public async Task An_honest_report_is_affirmed_with_what_it_says()
    {
        var appraisal = await AppraiseAsync(Report with { ReportId = [.. Enumerable.Repeat((byte)7, 32)] });
        Assert.True(appraisal.IsAffirming, $"{appraisal.Code}: {appraisal.Detail}");
        Assert.Equal(AssuranceLevel.Hardware, appraisal.Assurance);
        Assert.Equal("sev-snp:" + Convert.ToHexStringLower(SHA256.HashData(_chipId)), appraisal.Runtime);
        Assert.Equal(string.Concat(Enumerable.Repeat("07", 32)), appraisal.Claims.Single(c => c.Name == "report-id").Measured);
        Assert.Equal(Convert.ToHexStringLower(_measurement), appraisal.Claims.Single(c => c.Name == "measurement").Measured);
        Assert.Equal(Convert.ToHexStringLower(_chipId), appraisal.Claims.Single(c => c.Name == "chip-id").Measured);
    }

    [Fact]
    public async Task What_the_chip_signed_and_we_cannot_use_is_refused()
    {
        foreach (var (report, code) in new[]
        {
            (Report with { Version = 1 }, SnpCodes.ReportVersion),
            (Report with { Version = 6 }, SnpCodes.ReportVersion),
            (Report with { Algorithm = 2 }, SnpCodes.SignatureAlgorithm),
            (Report with { KeyInfo = 1 << 2 }, SnpCodes.SigningKey),
            (Report with { KeyInfo = 7 << 2 }, SnpCodes.SigningKey),
            (Report with { KeyInfo = 2 }, SnpCodes.SigningKey),
            (Report with { ReportData = new byte[64] }, SnpCodes.NonceMismatch),
            (Report with { ReportData = [.. Binding, .. Binding] }, SnpCodes.NonceMismatch),
            (Report with { ReportData = [.. new byte[32], .. Binding] }, SnpCodes.NonceMismatch),
            (Report with { ReportData = [.. _nonce, .. new byte[32]] }, SnpCodes.NonceMismatch),
            (Report with { ChipId = RandomNumberGenerator.GetBytes(64) }, SnpCodes.ChipMismatch),
            (Report with { Tcb = Tcb with { Microcode = 116 } }, SnpCodes.TcbMismatch),
            (Report with { Tcb = Tcb with { Snp = 7 } }, SnpCodes.TcbMismatch),
        })
            AssertRefused(code, await AppraiseAsync(report));
    }

    [Fact]
    public async Task What_differs_from_the_entry_is_drift_with_both_values()
    {
        foreach (var (report, code, claim) in new[]
        {
            (Report with { Measurement = RandomNumberGenerator.GetBytes(48) }, SnpCodes.MeasurementDrift, "measurement"),
            (Report with { Policy = Report.Policy | (ulong)SnpPolicy.Debug }, SnpCodes.PolicyDrift, "policy"),
            (Report with { Policy = Report.Policy | (ulong)SnpPolicy.MigrationAgent }, SnpCodes.PolicyDrift, "policy"),
            (Report with { Policy = (ulong)SnpPolicy.Smt }, SnpCodes.PolicyDrift, "policy"),
            (Report with { Vmpl = 1 }, SnpCodes.VmplDrift, "vmpl"),
        })
        {
            var appraisal = await AppraiseAsync(report);
            Assert.Equal(code, appraisal.Code);
            Assert.True(appraisal.IsDrift);
            var difference = appraisal.Claims.Single(c => !c.Matches);
            Assert.Equal(claim, difference.Name);
            Assert.NotEmpty(difference.Measured);
            Assert.NotEmpty(difference.Reference!);
            Assert.Contains(claim, appraisal.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("allowSmt", "false", SnpCodes.PolicyDrift)]
    [InlineData("requireSingleSocket", "true", SnpCodes.PolicyDrift)]
    [InlineData("vmpl", "2", SnpCodes.VmplDrift)]
    [InlineData("minGuestSvn", "4", SnpCodes.GuestDrift)]
    [InlineData("hostData", "[\"1111111111111111111111111111111111111111111111111111111111111111\"]", SnpCodes.GuestDrift)]
    [InlineData("minTcb", "{\"bootLoader\":4,\"tee\":0,\"snp\":0,\"microcode\":0}", SnpCodes.TcbDrift)]
    [InlineData("minTcb", "{\"bootLoader\":0,\"tee\":1,\"snp\":0,\"microcode\":0}", SnpCodes.TcbDrift)]
    [InlineData("minTcb", "{\"bootLoader\":0,\"tee\":0,\"snp\":9,\"microcode\":0}", SnpCodes.TcbDrift)]
    [InlineData("minTcb", "{\"bootLoader\":0,\"tee\":0,\"snp\":0,\"microcode\":116}", SnpCodes.TcbDrift)]
    public async Task Each_reference_value_bites(string member, string value, string code)
    {
        Assert.True((await AppraiseAsync(Report)).IsAffirming);
        _reference[member] = JsonNode.Parse(value);
        var appraisal = await AppraiseAsync(Report);
        Assert.Equal(code, appraisal.Code);
        Assert.True(appraisal.IsDrift);
    }

    [Fact]
    public async Task A_debuggable_guest_is_refused_whatever_the_entry_allows()
    {
        (_reference["allowSmt"], _reference["allowMigrationAgent"]) = (true, true);
        Assert.True((await AppraiseAsync(Report with { Policy = Report.Policy | (ulong)SnpPolicy.MigrationAgent })).IsAffirming);
        Assert.Equal(SnpCodes.PolicyDrift, (await AppraiseAsync(Report with { Policy = Report.Policy | (ulong)SnpPolicy.Debug })).Code);
    }

    [Fact]
    public async Task Every_changed_byte_of_the_report_is_refused_and_never_taken_for_drift()
    {
        var report = Report.Sign(_chipKey);
        using var vcek = Vcek();
        Assert.True((await AppraiseAsync(report, vcek)).IsAffirming);
        // A dear verification each: every byte of the first fields, the firmware's and the ends of the signature's numbers, every seventh of the rest.
        for (var i = 0; i < report.Length; i += i is < 0x52 or (>= 0x180 and < 0x18A) or (>= 0x2C8 and < 0x2EA) ? 1 : 7)
        {
            var changed = report.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            var appraisal = await AppraiseAsync(changed, vcek);
            Assert.False(appraisal.IsAffirming, $"byte {i:x}");
            Assert.False(appraisal.IsDrift, $"byte {i:x}");
            Assert.NotNull(appraisal.Code);
        }
    }

    [Fact]
    public async Task The_right_report_with_another_chips_certificate_is_refused()
    {
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        // A genuine certificate of another chip.
        using var other = _authority.Certify(otherKey, RandomNumberGenerator.GetBytes(64), Tcb);
        AssertRefused(SnpCodes.ChipMismatch, await AppraiseAsync(Report.Sign(_chipKey), other));
        // One that says to be of this chip, for a key that is not its own.
        using var sameId = _authority.Certify(otherKey, _chipId, Tcb);
        AssertRefused(SnpCodes.SignatureInvalid, await AppraiseAsync(Report.Sign(_chipKey), sameId));
        // The report that an emulator signs with a key of its own.
        using var vcek = Vcek();
        AssertRefused(SnpCodes.SignatureInvalid, await AppraiseAsync(Report.Sign(otherKey), vcek));
    }

    [Fact]
    public async Task A_report_of_a_masked_chip_is_refused()
    {
        using var masked = _authority.Certify(_chipKey, new byte[64], Tcb);
        AssertRefused(SnpCodes.ChipMismatch, await AppraiseAsync((Report with { ChipId = new byte[64] }).Sign(_chipKey), masked));
    }

    [Fact]
    public async Task A_chain_of_somebody_else_is_refused_although_it_has_the_right_names()
    {
        using var impostor = new SnpAuthority(Now);
        using var vcek = impostor.Certify(_chipKey, _chipId, Tcb);
        // Signed by the impostor throughout; with its own signing key, and with the real one.
        AssertRefused(SnpCodes.Chain, await AppraiseAsync(Report.Sign(_chipKey), vcek, impostor.Signing));
        AssertRefused(SnpCodes.Chain, await AppraiseAsync(Report.Sign(_chipKey), vcek, _authority.Signing));
        using var ours = Vcek();
        AssertRefused(SnpCodes.Chain, await AppraiseAsync(Report.Sign(_chipKey), ours, impostor.Signing));
        // Anchoring one and verifying with another: a real VCEK in the place of the signing key.
        AssertRefused(SnpCodes.Chain, await AppraiseAsync(Report.Sign(_chipKey), vcek, ours));

        using var genoa = new SnpAuthority(Now, "Genoa");
        using var otherLine = genoa.Certify(_chipKey, _chipId, Tcb, "Genoa-B0");
        AssertRefused(SnpCodes.Chain, await AppraiseAsync(Report.Sign(_chipKey), otherLine, genoa.Signing));
        using var weak = new SnpAuthority(Now, padding: RSASignaturePadding.Pkcs1);
        _reference["arks"] = new JsonArray(weak.Root.ExportCertificatePem());
        using var weakVcek = weak.Certify(_chipKey, _chipId, Tcb);
        AssertRefused(SnpCodes.Chain, await AppraiseAsync(Report.Sign(_chipKey), weakVcek, weak.Signing));
        using var notCa = new SnpAuthority(Now, isSigningCa: false);
        _reference["arks"] = new JsonArray(notCa.Root.ExportCertificatePem());
        using var notCaVcek = notCa.Certify(_chipKey, _chipId, Tcb);
        AssertRefused(SnpCodes.Chain, await AppraiseAsync(Report.Sign(_chipKey), notCaVcek, notCa.Signing));
    }

    [Fact]
    public async Task A_certificate_out_of_its_time_is_refused()
    {
        using var expired = _authority.Certify(_chipKey, _chipId, Tcb, notAfter: Now.AddSeconds(-1));
        AssertRefused(SnpCodes.Expired, await AppraiseAsync(Report.Sign(_chipKey), expired));
    }

    [Fact]
    public async Task A_certificate_that_does_not_say_what_a_chips_must_is_refused()
    {
        foreach (var change in new Action<List<X509Extension>>[]
        {
            e => e.RemoveAll(x => x.Oid!.Value!.EndsWith(".3704.1.4", StringComparison.Ordinal)),
            e => e.RemoveAll(x => x.Oid!.Value!.EndsWith(".3704.1.2", StringComparison.Ordinal)),
            e => e.RemoveAll(x => x.Oid!.Value!.EndsWith(".1.3.8", StringComparison.Ordinal)),
            e => e[2] = SnpAuthority.Of("3.1", w => w.WriteInteger(259)),
            e => e[2] = SnpAuthority.Of("3.1", w => w.WriteInteger(-1)),
            e => e[2] = SnpAuthority.Of("3.1", w => w.WriteBoolean(true)),
            e => e[5] = SnpAuthority.Of("3.4", w => w.WriteInteger(1)),
            e => e[^1] = new X509Extension("1.3.6.1.4.1.3704.1.4", _chipId[..63], false),
            e => e.Add(new X509BasicConstraintsExtension(true, false, 0, true)),
        })
        {
            using var vcek = _authority.Certify(_chipKey, _chipId, Tcb, change: change);
            AssertRefused(SnpCodes.VcekMalformed, await AppraiseAsync(Report.Sign(_chipKey), vcek));
        }
        using var turin = _authority.Certify(_chipKey, _chipId, Tcb, "Turin-B0");
        AssertRefused(SnpCodes.Product, await AppraiseAsync(Report.Sign(_chipKey), turin));
        using var smallKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var small = _authority.Certify(smallKey, _chipId, Tcb);
        AssertRefused(SnpCodes.SignatureInvalid, await AppraiseAsync(Report.Sign(_chipKey), small));
    }

    [Fact]
    public async Task Another_nonce_and_another_key_are_refused()
    {
        var report = Report.Sign(_chipKey);
        using var vcek = Vcek();
        AssertRefused(SnpCodes.NonceMismatch, await AppraiseAsync(report, vcek, nonce: RandomNumberGenerator.GetBytes(32)));
        AssertRefused(SnpCodes.NonceMismatch, await AppraiseAsync(report, vcek, key: RandomNumberGenerator.GetBytes(91)));
    }

    [Fact]
    public async Task A_report_that_is_longer_or_shorter_is_refused()
    {
        var report = Report.Sign(_chipKey);
        using var vcek = Vcek();
        foreach (var bytes in new[] { report[..^1], [.. report, 0], [] })
            AssertRefused(SnpCodes.ReportMalformed, await AppraiseAsync(bytes, vcek));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "report": 1, "vcek": [], "ask": null }""")]
    [InlineData("""{ "report": "\ud800", "vcek": "", "ask": "" }""")]
    [InlineData("""{ "\ud800": "", "report": "" }""")]
    public async Task What_is_no_evidence_is_refused(string json)
    {
        using var document = JsonDocument.Parse(json);
        AssertRefused(SnpCodes.EvidenceMalformed, await _verifier.AppraiseAsync(new Evidence(EvidenceKind.SevSnp, document.RootElement), Context(_nonce, _key)));
    }

    [Theory]
    [InlineData("arks", null)]
    [InlineData("measurements", null)]
    [InlineData("minTcb", null)]
    [InlineData("arks", "[]")]
    [InlineData("arks", "[\"x\"]")]
    [InlineData("measurements", "[]")]
    [InlineData("measurements", "[\"00\"]")]
    [InlineData("minTcb", "{\"bootLoader\":1,\"tee\":0,\"snp\":0}")]
    [InlineData("minTcb", "{\"bootLoader\":256,\"tee\":0,\"snp\":0,\"microcode\":0}")]
    [InlineData("vmpl", "4")]
    [InlineData("allowSmt", "1")]
    [InlineData("allowDebug", "true")]
    public async Task Reference_values_that_cannot_be_used_refuse_everything(string member, string? value)
    {
        if (value is null)
            _reference.AsObject().Remove(member);
        else
            _reference[member] = JsonNode.Parse(value);
        AssertRefused(SnpCodes.ReferenceInvalid, await AppraiseAsync(Report));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _chipKey.Dispose();
    }

    private byte[] Binding => EvidenceBinding.Of(_nonce, _key);

    private SnpReportWriter Report => new() { Tcb = Tcb, ChipId = _chipId, Measurement = _measurement, ReportData = [.. Binding, .. new byte[32]] };

    private X509Certificate2 Vcek() => _authority.Certify(_chipKey, _chipId, Tcb);

    private async Task<Appraisal> AppraiseAsync(SnpReportWriter report)
    {
        using var vcek = Vcek();
        return await AppraiseAsync(report.Sign(_chipKey), vcek);
    }

    private async Task<Appraisal> AppraiseAsync(byte[] report, X509Certificate2 vcek, X509Certificate2? signing = null, byte[]? nonce = null, byte[]? key = null)
    {
        var body = JsonSerializer.SerializeToElement(new { report, vcek = vcek.RawData, ask = (signing ?? _authority.Signing).RawData });
        return await _verifier.AppraiseAsync(new Evidence(EvidenceKind.SevSnp, body), Context(nonce ?? _nonce, key ?? _key));
    }

    private AppraisalContext Context(byte[] nonce, byte[] key) => new()
    {
        SpiffeId = "spiffe://acme.test/env/prod/role/planner/agent/p-1",
        Nonce = nonce,
        SubjectPublicKeyInfo = key,
        Reference = JsonSerializer.SerializeToElement(_reference),
        Now = Now,
    };

    private static void AssertRefused(string code, Appraisal appraisal)
    {
        Assert.Equal(code, appraisal.Code);
        Assert.False(appraisal.IsDrift);
        Assert.NotEmpty(appraisal.Detail!);
        Assert.Null(appraisal.Runtime);
    }
}
