using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Tests.Ledger;

/// <summary><c>a2a ledger issued</c>: the list is complete, or the command fails.</summary>
public sealed class LedgerIssuedTests : IDisposable
{
    private const string Forecast = "spiffe://acme.example/env/prod/role/planner/agent/forecast";
    private static readonly DateTimeOffset At = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Every_certificate_of_the_identity_is_listed_and_no_other_leaf()
    {
        await using var ledger = await ServedLedger.Start(700);
        ledger.Add(Issuance(LeafKind.Enrolment, "0a"), Issuance(LeafKind.Enrolment, "0b", "spiffe://acme.example/env/prod/role/planner/agent/other"));
        ledger.Grow(800);
        ledger.Add(Issuance(LeafKind.Renewal, "0c"), Issuance(LeafKind.Renewal, "0d") with { Verdict = LeafVerdict.Refused, Code = "entry-missing" });
        var run = await Issued(ledger, Forecast);
        Assert.Equal((0, "pass"), (run.Exit, run.Outcome("completeness")));
        Assert.Equal([(700, "enrolment", "0a"), (1502, "renewal", "0c")],
            run.Json.GetProperty("issued").EnumerateArray().Select(i => (i.GetProperty("leaf").GetInt64(), i.GetProperty("step").GetString()!, i.GetProperty("serial").GetString()!)));
        Assert.Empty((await Issued(ledger, Forecast + "-never")).Json.GetProperty("issued").EnumerateArray());
    }

    [Fact]
    public async Task For_people_each_is_a_line()
    {
        await using var ledger = await ServedLedger.Start(3);
        ledger.Add(Issuance(LeafKind.Enrolment, "0a"));
        var run = await CliRun.Of("ledger", "issued", ledger.Url, Forecast, "--state", _files["state"], "--ledger-key", ledger.Signer.VerifierKey);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains($"1 certificate issued to {Forecast}:", run.Output, StringComparison.Ordinal);
        Assert.Contains("  2026-11-25 09:00:00Z  enrolment  until 2026-11-25 10:00:00Z  serial 0a  leaf 3", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuance_left_out_or_changed_on_the_way_fails_and_no_list_is_printed()
    {
        await using var ledger = await ServedLedger.Start(300);
        ledger.Add(Issuance(LeafKind.Enrolment, "0a"));
        ledger.Grow(10);
        ledger.Tamper = (path, bytes) => path.StartsWith("tile/entries/001", StringComparison.Ordinal) ? Swapped(bytes) : bytes;
        var run = await CliRun.Of("ledger", "issued", ledger.Url, Forecast, "--state", _files["state"], "--ledger-key", ledger.Signer.VerifierKey);
        Assert.Equal(1, run.Exit);
        Assert.Contains("not those under its signed root", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("certificates issued", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_files["state"]));

        ledger.Tamper = (path, bytes) => path.StartsWith("tile/entries/001", StringComparison.Ordinal) ? null : bytes;
        Assert.Equal("fail", (await Issued(ledger, Forecast)).Outcome("availability"));

        // The issuance becomes another kind of leaf of the same length.
        static byte[] Swapped(byte[] bytes)
        {
            var at = bytes.AsSpan().IndexOf("enrolment"u8);
            "enrolmenu"u8.CopyTo(bytes.AsSpan(at));
            bytes[at + 8] = (byte)'t';
            var actor = bytes.AsSpan().IndexOf("agent/forecast"u8);
            bytes[actor + 13] = (byte)'x';
            return bytes;
        }
    }

    [Fact]
    public async Task A_rollback_is_said_before_anything_is_listed()
    {
        await using var ledger = await ServedLedger.Start(30);
        await Issued(ledger, Forecast);
        ledger.Truncate(20);
        var run = await Issued(ledger, Forecast);
        Assert.Equal((1, null), (run.Exit, run.Outcome("completeness")));
        Assert.True(run.Json.GetProperty("contradiction").GetBoolean());
    }

    [Fact]
    public async Task A_certificate_that_is_not_on_the_ledger_is_told()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256);
        using var logged = request.CreateSelfSigned(At, At.AddHours(1));
        using var unlogged = request.CreateSelfSigned(At, At.AddHours(1));
        await using var ledger = await ServedLedger.Start(3);
        ledger.Add(Issuance(LeafKind.Enrolment, "0a") with { Digest = Convert.ToHexStringLower(SHA256.HashData(logged.RawData)) });
        var run = await Issued(ledger, Forecast, "--holds", _files.Put("logged.pem", logged.ExportCertificatePem()));
        Assert.Equal((0, "pass"), (run.Exit, run.Outcome("certificate")));
        run = await Issued(ledger, Forecast, "--holds", _files.Put("unlogged.pem", unlogged.ExportCertificatePem()));
        Assert.Equal((1, "fail"), (run.Exit, run.Outcome("certificate")));
        // Somebody else's is not this identity's.
        Assert.Equal(1, (await Issued(ledger, Forecast + "-2", "--holds", _files["logged.pem"])).Exit);
    }

    [Theory]
    [InlineData("ledger", "issued")]
    [InlineData("ledger", "issued", "http://localhost:1")]
    [InlineData("ledger", "issued", "http://localhost:1", "forecast")]
    [InlineData("ledger", "issued", "http://localhost:1", "https://acme.example/agent")]
    public async Task A_wrong_command_line_exits_2(params string[] arguments)
    {
        var run = await CliRun.Of(arguments);
        Assert.Equal(2, run.Exit);
        Assert.NotEmpty(run.Error);
    }

    private static LedgerLeaf Issuance(LeafKind kind, string serial, string actor = Forecast) => new()
    {
        Kind = kind, Verdict = LeafVerdict.Done, At = At, Actor = actor, Certificate = serial, Expires = At.AddHours(1), Digest = new string('0', 64),
    };

    private Task<CliRun> Issued(ServedLedger ledger, string id, params string[] options)
        => CliRun.Of(["ledger", "issued", ledger.Url, id, "--state", _files["state"], "--ledger-key", ledger.Signer.VerifierKey, "--json", .. options]);
}
