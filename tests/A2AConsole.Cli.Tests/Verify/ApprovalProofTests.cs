using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Approvals;
using A2AConsole.Core.Ledger;
using A2AConsole.Testing;

namespace A2AConsole.Cli.Tests.Verify;

/// <summary><c>a2a verify</c> on a person's signed decision.</summary>
public sealed class ApprovalProofTests : IAsyncLifetime
{
    private readonly TempDirectory _files = new();
    private readonly Authenticator _authenticator = new();
    private TestSite _site = null!;
    private byte[] _record = [], _file = [];
    private long _leaf;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync(new() { WithoutEdge = true });
        _record = (Authenticator.Record() with { TrustDomain = _site.Domain.Name }).Write();
        _leaf = (await _site.Ledger.RecordAsync(new LedgerLeaf
        {
            Kind = LeafKind.Approval, Verdict = LeafVerdict.Done, At = _site.Time.GetUtcNow(), Actor = "user:manager@acme.example", Code = "approval-approve", Digest = Convert.ToHexStringLower(SHA256.HashData(_record)),
        })).LeafIndex;
        _file = ApprovalProof.Write(_record, _authenticator.Sign(_record).Write(), _leaf);
    }

    [Fact]
    public async Task A_signed_decision_holds_offline()
    {
        var run = await VerifyAsync(_file);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("(signed decision)", run.Output, StringComparison.Ordinal);
        Assert.Contains("manager@acme.example: approve", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_decision_under_the_same_signature_fails()
    {
        var other = (Authenticator.Record(limit: 99_000_000) with { TrustDomain = _site.Domain.Name }).Write();
        var run = await VerifyAsync(ApprovalProof.Write(other, _authenticator.Sign(_record).Write(), _leaf));
        Assert.Equal(1, run.Exit);
        Assert.Contains("assertion-challenge", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_of_another_domain_fails()
    {
        var run = await VerifyAsync(_file, "--trust-domain", "other.example");
        Assert.Equal(1, run.Exit);
        Assert.Contains("not other.example", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_said_to_be_none()
    {
        var run = await VerifyAsync(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_file).Replace("\"form\"", "\"from\"", StringComparison.Ordinal)));
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("signed decision", run.Output, StringComparison.Ordinal);
    }

    private Task<CliRun> VerifyAsync(byte[] file, params string[] more)
        => CliRun.Of(["verify", _files.Put("approval.json", file), "--bundle", _files.Put("bundle.pem", _site.Domain.BundlePem), "--ledger-key", _site.Domain.LedgerSigner.VerifierKey, .. more]);

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _authenticator.Dispose();
        _files.Dispose();
    }
}
