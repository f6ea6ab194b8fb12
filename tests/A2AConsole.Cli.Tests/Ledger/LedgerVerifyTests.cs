using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Tests.Ledger;

/// <summary><c>a2a ledger verify</c> against a ledger over real HTTP that keeps its word, or breaks it in each way.</summary>
public sealed class LedgerVerifyTests : IDisposable
{
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_ledger_that_grows_passes_each_time_and_its_head_is_remembered()
    {
        await using var ledger = await ServedLedger.Start(300);
        var first = await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey);
        Assert.Equal((0, "pass", "skipped", "pass"), (first.Exit, first.Outcome("checkpoint signature"), first.Outcome("consistency"), first.Outcome("inclusion")));
        Assert.Equal(300, first.Json.GetProperty("size").GetInt64());

        foreach (var more in new[] { 0, 1, 211, 600, 70_000 })
        {
            ledger.Grow(more);
            // The key is remembered with the checkpoint.
            var next = await Verify(ledger);
            Assert.Equal((0, "pass", "pass"), (next.Exit, next.Outcome("consistency"), next.Outcome("inclusion")));
        }
    }

    [Fact]
    public async Task Without_json_each_check_is_a_line_and_the_last_line_is_the_verdict()
    {
        await using var ledger = await ServedLedger.Start(10);
        var run = await CliRun.Of("ledger", "verify", ledger.Url, "--state", _files["state"], "--ledger-key", ledger.Signer.VerifierKey);
        Assert.Equal("", run.Error);
        Assert.Contains("  pass     checkpoint signature  acme.example/ledger, 10 leaves, root ", run.Output, StringComparison.Ordinal);
        Assert.Contains("  pass     inclusion             10 of 10 leaves", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("OK" + Environment.NewLine, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_is_said_loudly_and_what_was_seen_is_kept()
    {
        await using var ledger = await ServedLedger.Start(500);
        await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey);
        var remembered = File.ReadAllText(_files["state"]);
        ledger.Truncate(400);
        var run = await CliRun.Of("ledger", "verify", ledger.Url, "--state", _files["state"]);
        Assert.Equal(1, run.Exit);
        Assert.Contains("ROLLBACK", run.Output, StringComparison.Ordinal);
        Assert.Contains("THE LEDGER CONTRADICTS ITSELF", run.Output, StringComparison.Ordinal);
        Assert.Equal(remembered, File.ReadAllText(_files["state"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(900)]
    public async Task A_rewritten_history_is_a_fork_however_much_was_appended_since(int more)
    {
        await using var ledger = await ServedLedger.Start(500);
        await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey);
        ledger.Truncate(499);
        ledger.Grow(1 + more, actor: "user:mallory");
        var run = await Verify(ledger);
        Assert.Equal((1, "fail"), (run.Exit, run.Outcome("consistency")));
        Assert.True(run.Json.GetProperty("contradiction").GetBoolean());
        // The two signed notes are the proof of it.
        var key = Ed25519NoteVerifier.Parse(ledger.Signer.VerifierKey);
        Assert.True(Checkpoint.TryOpen(run.Json.GetProperty("seenCheckpoint").GetString(), key, out var seen, out _));
        Assert.True(Checkpoint.TryOpen(run.Json.GetProperty("checkpoint").GetString(), key, out var now, out _));
        Assert.Equal((500, 500 + more), (seen.Size, now.Size));
    }

    [Fact]
    public async Task A_head_signed_with_another_key_fails()
    {
        await using var ledger = await ServedLedger.Start(5);
        var other = new Ed25519NoteSigner(ledger.Signer.Name, Ed25519NoteSigner.NewSeed()).VerifierKey;
        var run = await Verify(ledger, "--ledger-key", other);
        Assert.Equal((1, "fail"), (run.Exit, run.Outcome("checkpoint signature")));
        Assert.False(File.Exists(_files["state"]));
    }

    [Fact]
    public async Task Another_key_than_the_remembered_one_fails_though_the_head_verifies_with_it()
    {
        await using var ledger = await ServedLedger.Start(5);
        await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey);
        ledger.Signer = new Ed25519NoteSigner(ledger.Signer.Name, Ed25519NoteSigner.NewSeed());
        var run = await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey);
        Assert.Equal((1, "fail"), (run.Exit, run.Outcome("ledger key")));
    }

    [Theory]
    [InlineData("tile/entries/", "inclusion")]
    [InlineData("tile/0/", "inclusion")]
    public async Task Leaves_or_hashes_that_do_not_belong_to_the_signed_root_fail(string tampered, string check)
    {
        await using var ledger = await ServedLedger.Start(300);
        ledger.Tamper = (path, bytes) =>
        {
            if (path.StartsWith(tampered, StringComparison.Ordinal))
                bytes[^3] ^= 1;
            return bytes;
        };
        var run = await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey, "--sample", "300");
        Assert.Equal((1, "fail"), (run.Exit, run.Outcome(check)));
    }

    [Fact]
    public async Task A_tile_that_the_checkpoint_commits_to_but_is_denied_fails()
    {
        await using var ledger = await ServedLedger.Start(600);
        ledger.Tamper = (path, bytes) => path.StartsWith("tile/entries/", StringComparison.Ordinal) ? null : bytes;
        var run = await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey);
        Assert.Equal((1, "fail"), (run.Exit, run.Outcome("availability")));
        ledger.Tamper = (path, bytes) => path.StartsWith("tile/entries/", StringComparison.Ordinal) ? bytes[..5] : bytes;
        Assert.Equal(1, (await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey)).Exit);
    }

    [Fact]
    public async Task An_empty_ledger_passes()
    {
        await using var ledger = await ServedLedger.Start(0);
        Assert.Equal(0, (await Verify(ledger, "--ledger-key", ledger.Signer.VerifierKey)).Exit);
        ledger.Grow(3);
        var run = await Verify(ledger);
        Assert.Equal((0, "pass"), (run.Exit, run.Outcome("consistency")));
    }

    [Fact]
    public async Task The_edge_is_asked_over_mutual_TLS_and_must_chain_to_the_bundle()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        (string Certificate, string Key) Issue(byte serial)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
            using var leaf = request.Create(root, root.NotBefore, root.NotAfter, [serial]);
            return (leaf.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        }
        var server = Issue(1);
        var client = Issue(2);
        using var serverCertificate = X509Certificate2.CreateFromPem(server.Certificate, server.Key);
        await using var ledger = await ServedLedger.Start(20, serverCertificate);
        string[] identity = ["--cert", _files.Put("chain.pem", client.Certificate), "--key", _files.Put("key.pem", client.Key)];
        string[] key = ["--ledger-key", _files.Put("ledger.vkey", ledger.Signer.VerifierKey + "\n")];
        string[] bundle = ["--bundle", _files.Put("bundle.pem", root.ExportCertificatePem())];

        Assert.Equal(0, (await Verify(ledger, [.. key, .. identity, .. bundle])).Exit);
        Assert.Equal(3, (await Verify(ledger, [.. key, .. identity])).Exit);
        Assert.Equal(3, (await Verify(ledger, [.. key, .. bundle])).Exit);
        Assert.Equal(2, (await Verify(ledger, [.. key, .. bundle, "--cert", _files["chain.pem"]])).Exit);
        Assert.Equal(3, (await Verify(ledger, [.. key, .. bundle, "--cert", _files["chain.pem"], "--key", _files.Put("other.pem", server.Key)])).Exit);
    }

    [Fact]
    public async Task What_cannot_be_reached_or_is_no_ledger_exits_3_with_a_sentence()
    {
        await using var ledger = await ServedLedger.Start(1);
        var port = 0;
        using (var unused = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            unused.Start();
            port = ((IPEndPoint)unused.LocalEndpoint).Port;
        }
        foreach (var url in new[] { $"http://localhost:{port}", ledger.Url + "/elsewhere/" })
        {
            var run = await CliRun.Of("ledger", "verify", url, "--state", _files["state"], "--ledger-key", ledger.Signer.VerifierKey);
            Assert.Equal((3, ""), (run.Exit, run.Output));
            Assert.StartsWith("a2a: ", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_state_file_that_cannot_be_read_is_never_taken_for_none()
    {
        await using var ledger = await ServedLedger.Start(1);
        _files.Put("state", "{}");
        var run = await CliRun.Of("ledger", "verify", ledger.Url, "--state", _files["state"], "--ledger-key", ledger.Signer.VerifierKey);
        Assert.Equal(3, run.Exit);
        Assert.Contains("state", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("ledger")]
    [InlineData("ledger", "verify")]
    [InlineData("ledger", "verify", "not-an-address")]
    [InlineData("ledger", "verify", "http://localhost:1")]
    [InlineData("ledger", "verify", "http://localhost:1", "--sample", "-1", "--ledger-key", "k")]
    [InlineData("ledger", "verify", "http://localhost:1", "--ledger-key", "k")]
    [InlineData("nonsense")]
    public async Task A_wrong_command_line_exits_2(params string[] arguments)
    {
        string[] state = arguments.Length > 2 ? ["--state", _files["none"]] : [];
        var run = await CliRun.Of([.. arguments, .. state]);
        Assert.Equal(2, run.Exit);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task Help_shows_examples_and_exit_codes()
    {
        var run = await CliRun.Of("ledger", "verify", "--help");
        Assert.Equal(0, run.Exit);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
        Assert.Contains("a2a ledger verify https://localhost:7443", run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
    }

    private Task<CliRun> Verify(ServedLedger ledger, params string[] options)
        => CliRun.Of(["ledger", "verify", ledger.Url, "--state", _files["state"], "--json", .. options]);
}
