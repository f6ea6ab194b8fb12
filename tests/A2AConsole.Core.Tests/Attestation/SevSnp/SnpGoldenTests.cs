using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation.SevSnp;
using CsCheck;

namespace A2AConsole.Core.Tests.Attestation.SevSnp;

/// <summary>A report and certificates of a real processor: that our layout is AMD's, not only our own writer's.</summary>
public sealed class SnpGoldenTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_real_report_is_read_as_it_is_laid_out()
    {
        var report = Report();
        Assert.Equal((2u, 0u, 0x0B0000UL, 0u), (report.Version, report.GuestSvn, report.PolicyBits, report.Vmpl));
        Assert.Equal(SnpPolicy.Smt | SnpPolicy.ReservedOne | SnpPolicy.Debug, report.Policy);
        Assert.StartsWith("0102030405000000", Convert.ToHexString(report.ReportData.Span), StringComparison.Ordinal);
        Assert.StartsWith("b07af9620f3b839b4799", Convert.ToHexStringLower(report.Measurement.Span), StringComparison.Ordinal);
        Assert.StartsWith("8edc638e1857c555", Convert.ToHexStringLower(report.ReportId.Span), StringComparison.Ordinal);
        Assert.Equal(new SnpTcb(2, 0, 5, 0x44), report.ReportedTcb);
        Assert.StartsWith("3ac3fe21e13fb099", Convert.ToHexStringLower(report.ChipId.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_chain_and_signature_are_verified_and_the_debuggable_guest_is_refused()
    {
        var (report, vcek, signing, root) = (Report(), Vcek(), Certificate("ask.der"), Certificate("ark.der"));
        Assert.Null(SnpRules.CheckChip(report, vcek));
        Assert.Null(SnpChain.Check(vcek, signing, [root], Now));
        Assert.Null(SnpChain.CheckSignature(report, vcek));

        using var json = JsonDocument.Parse(JsonSerializer.Serialize(new
        {
            arks = new[] { root.ExportCertificatePem() },
            measurements = new[] { Convert.ToHexString(report.Measurement.Span) },
            minTcb = new { bootLoader = 2, tee = 0, snp = 5, microcode = 0x44 },
        }));
        Assert.True(SnpReference.TryRead(json.RootElement, out var reference, out var error), error);
        var claims = SnpRules.Compare(report, reference, out var code);
        Assert.Equal(SnpCodes.PolicyDrift, code);
        Assert.Equal(["policy"], claims.Where(c => !c.Matches).Select(c => c.Name));
    }

    [Fact]
    public void A_changed_real_chain_is_refused()
    {
        var (vcek, signing, root) = (Vcek(), Certificate("ask.der"), Certificate("ark.der"));
        Assert.Equal(SnpCodes.Chain, SnpChain.Check(vcek, root, [root], Now)!.Code);
        Assert.Equal(SnpCodes.Chain, SnpChain.Check(vcek, signing, [signing], Now)!.Code);
        Assert.Equal(SnpCodes.Expired, SnpChain.Check(vcek, signing, [root], Now.AddYears(4))!.Code);
        var der = Golden.SevSnp("vcek.der");
        // In the chip's id: the certificate stays well formed, its signature does not.
        var place = der.AsSpan().IndexOf(vcek.ChipId);
        der[place + 5] ^= 1;
        Assert.True(SnpVcek.TryRead(X509CertificateLoader.LoadCertificate(der), out var forged, out _));
        Assert.Equal(SnpCodes.ChipMismatch, SnpRules.CheckChip(Report(), forged)!.Code);
        Assert.Equal(SnpCodes.Chain, SnpChain.Check(forged, signing, [root], Now)!.Code);
    }

    [Fact]
    public void A_changed_real_report_is_refused()
    {
        var vcek = Vcek();
        var original = Golden.SevSnp("report");
        for (var i = 0; i < original.Length; i += i is < 0x58 or (>= 0x180 and < 0x188) ? 1 : 16)
        {
            var changed = original.ToArray();
            changed[i] ^= 0x10;
            Assert.True(!SnpReport.TryRead(changed, out var report, out _) || SnpChain.CheckSignature(report, vcek)?.Code == SnpCodes.SignatureInvalid, $"byte {i:x}");
        }
    }

    [Fact]
    public void Nothing_makes_the_reader_throw()
        => Gen.Byte.Array[0, 1300].Sample(bytes => { _ = SnpReport.TryRead(bytes, out _, out _); }, iter: 500);

    private static SnpReport Report()
    {
        Assert.True(SnpReport.TryRead(Golden.SevSnp("report"), out var report, out var fault), fault?.Detail);
        return report;
    }

    private static SnpVcek Vcek()
    {
        Assert.True(SnpVcek.TryRead(Certificate("vcek.der"), out var vcek, out var fault), fault?.Detail);
        return vcek;
    }

    private static X509Certificate2 Certificate(string name) => X509CertificateLoader.LoadCertificate(Golden.SevSnp(name));
}
