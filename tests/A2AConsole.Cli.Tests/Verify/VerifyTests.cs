using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Tests.Verify;

/// <summary><c>a2a verify</c> on files made with real keys, whole and damaged in each way that a check is for.</summary>
public sealed class VerifyTests : IDisposable
{
    private static readonly string[] AllChecks = ["envelope", "certificate", "signature", "source", "leaf", "checkpoint", "inclusion"];

    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Evidence_passes_every_check_with_only_bundle_and_ledger_key()
    {
        using var golden = new Golden();
        var run = await Verify(golden, golden.Evidence);
        Assert.Equal(0, run.Exit);
        foreach (var check in AllChecks)
            Assert.Equal("pass", Outcome(run, check));
        Assert.Equal("admitted", File(run).GetProperty("recorded").GetProperty("verdict").GetString());
        Assert.Equal("evidence", File(run).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Evidence_of_a_batched_event_passes_and_so_does_the_batch_as_it_was_posted()
    {
        using var golden = new Golden(batched: true);
        var run = await Verify(golden, golden.Evidence);
        Assert.Equal((0, "pass", "pass"), (run.Exit, Outcome(run, "events"), Outcome(run, "leaf")));
        var whole = await Verify(golden, golden.WholeBatch, "--certificate", _files.Put("chain.pem", golden.Chain));
        Assert.Equal((0, "pass", "pass", "skipped"), (whole.Exit, Outcome(whole, "signature"), Outcome(whole, "events"), Outcome(whole, "inclusion")));
    }

    [Fact]
    public async Task An_envelope_with_certificate_and_proof_passes_and_the_lines_say_so()
    {
        using var golden = new Golden();
        var run = await CliRun.Of("verify", _files.Put("event.json", golden.Envelope), "--bundle", _files.Put("bundle.pem", golden.Bundle),
            "--certificate", _files.Put("chain.pem", golden.Chain), "--proof", _files.Put("e.tlog-proof", golden.Proof.Format()),
            "--ledger-key", golden.Signer.VerifierKey, "--checkpoint", _files.Put("cp", golden.Checkpoint));
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("(signed event)", run.Output, StringComparison.Ordinal);
        Assert.Contains("  pass     signature    by the certificate's key", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("OK" + Environment.NewLine, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_envelope_alone_proves_its_signer_but_says_that_nothing_is_known_of_the_ledger()
    {
        using var golden = new Golden();
        var run = await Verify(golden, golden.Envelope, "--certificate", _files.Put("chain.pem", golden.Chain));
        Assert.Equal((0, "pass", "skipped"), (run.Exit, Outcome(run, "signature"), Outcome(run, "inclusion")));
    }

    [Fact]
    public async Task What_cannot_be_judged_for_want_of_an_option_is_never_ok()
    {
        using var golden = new Golden();
        // No certificate; no ledger key; a receipt without proof.
        Assert.Equal(2, (await Verify(golden, golden.Envelope)).Exit);
        var bundle = _files.Put("bundle.pem", golden.Bundle);
        var keyless = await CliRun.Of("verify", _files.Put("e", golden.Evidence), "--bundle", bundle);
        Assert.Equal(2, keyless.Exit);
        Assert.Contains("NOT PROVEN, could not be checked: checkpoint, inclusion", keyless.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await Verify(golden, Encoding.UTF8.GetBytes(golden.Receipt))).Exit);
    }

    [Fact]
    public async Task A_receipt_with_its_proof_passes_and_a_lying_one_fails()
    {
        using var golden = new Golden();
        var proof = _files.Put("x.tlog-proof", golden.Proof.Format());
        var run = await Verify(golden, Encoding.UTF8.GetBytes(golden.Receipt), "--proof", proof);
        Assert.Equal((0, "pass", "pass"), (run.Exit, Outcome(run, "verdict"), Outcome(run, "inclusion")));

        var several = new JsonObject
        {
            ["checkpoint"] = golden.Checkpoint,
            ["treeSize"] = 12,
            ["results"] = new JsonArray(
                new JsonObject { ["verdict"] = "refused", ["code"] = "stale", ["leafIndex"] = 4 },
                new JsonObject { ["verdict"] = "admitted", ["leafIndex"] = Golden.LeafIndex }),
        };
        Assert.Equal(0, (await Verify(golden, Encoding.UTF8.GetBytes(several.ToJsonString()), "--proof", proof)).Exit);
        several["results"]![1]!["verdict"] = "refused";
        Assert.Equal(1, (await Verify(golden, Encoding.UTF8.GetBytes(several.ToJsonString()), "--proof", proof)).Exit);

        foreach (var (from, to, failed) in new[] { ("\"leafIndex\":5", "\"leafIndex\":6", "proof"), ("\"digest\":\"", "\"digest\":\"0", "verdict") })
        {
            var lie = await Verify(golden, Encoding.UTF8.GetBytes(golden.Receipt.Replace(from, to, StringComparison.Ordinal)), "--proof", proof);
            Assert.Equal((1, "fail"), (lie.Exit, Outcome(lie, failed)));
        }
    }

    [Fact]
    public async Task A_proof_alone_says_what_the_ledger_recorded()
    {
        using var golden = new Golden(record: leaf => leaf with { Verdict = LeafVerdict.Refused, Code = "replayed" });
        var run = await Verify(golden, Encoding.UTF8.GetBytes(golden.Proof.Format()));
        Assert.Equal(0, run.Exit);
        Assert.Equal("replayed", File(run).GetProperty("recorded").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Each_damage_fails_the_check_that_it_is_for()
    {
        using var golden = new Golden();
        using var mallory = SigningKey.Generate();
        var evidence = new Evidence(golden.Envelope, golden.Chain, golden.Leaf, golden.Proof.Format());
        var otherLeaf = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(golden.Leaf).Replace("admitted", "refused", StringComparison.Ordinal));
        var otherLog = new Ed25519NoteSigner("acme.example/ledger", Ed25519NoteSigner.NewSeed());
        var signedElsewhere = golden.Proof with { Checkpoint = golden.Proof.Checkpoint.Split("\n\n")[0] + "\n\n" + otherLog.SignLine(golden.Proof.Checkpoint.Split("\n\n")[0] + "\n") };
        (string Check, Evidence Damaged)[] damages =
        [
            ("envelope", evidence with { Envelope = "{}"u8.ToArray() }),
            ("envelope", evidence with { Envelope = """{"payloadType":"text/plain","payload":"","signatures":[]}"""u8.ToArray() }),
            ("certificate", evidence with { CertificateChain = "" }),
            ("certificate", evidence with { CertificateChain = golden.Chain.Split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n" }),
            ("certificate", evidence with { CertificateChain = golden.OtherChain(shift: TimeSpan.FromDays(1)) }),
            ("certificate", evidence with { CertificateChain = golden.OtherChain("spiffe://evil.example/env/prod/role/buyer/agent/b1") }),
            ("signature", evidence with { CertificateChain = golden.OtherChain(key: mallory) }),
            ("signature", evidence with { Envelope = Swapped(golden, Golden.Event("m-2")) }),
            ("signature", evidence with { Envelope = DsseEnvelopeWriter.SignEvent(golden.Payload, mallory) }),
            ("source", evidence with { CertificateChain = golden.OtherChain("spiffe://acme.example/env/prod/role/buyer/agent/b2") }),
            ("leaf", evidence with { Envelope = DsseEnvelopeWriter.SignEvent(Golden.Event("m-2"), golden.Key) }),
            ("leaf", evidence with { Leaf = "{}"u8.ToArray() }),
            ("inclusion", evidence with { Leaf = otherLeaf }),
            ("inclusion", evidence with { Proof = (golden.Proof with { Index = 6 }).Format() }),
            ("checkpoint", evidence with { Proof = signedElsewhere.Format() }),
            ("proof", evidence with { Proof = "nonsense" }),
        ];
        foreach (var (check, damaged) in damages)
        {
            var run = await Verify(golden, damaged.Format());
            Assert.True(run.Exit == 1 && Outcome(run, check) == "fail", $"{check}: {run.Output}");
            Assert.Equal(JsonValueKind.Null, File(run).GetProperty("recorded").ValueKind);
        }
    }

    [Fact]
    public async Task A_batched_event_with_another_place_or_payload_fails()
    {
        using var golden = new Golden(batched: true);
        var chain = _files.Put("chain.pem", golden.Chain);
        var text = Encoding.UTF8.GetString(golden.Envelope);
        foreach (var damaged in new[]
        {
            text.Replace("\"index\":3", "\"index\":2", StringComparison.Ordinal),
            text.Replace(Convert.ToBase64String(golden.Payload), Convert.ToBase64String(Golden.Event("m-9")), StringComparison.Ordinal),
        })
        {
            var run = await Verify(golden, Encoding.UTF8.GetBytes(damaged), "--certificate", chain);
            Assert.Equal((1, "fail"), (run.Exit, Outcome(run, "events")));
        }
    }

    [Fact]
    public async Task A_checkpoint_held_already_must_be_the_proofs()
    {
        using var golden = new Golden();
        var forked = Checkpoint.Sign(12, new byte[32], golden.Signer);
        var run = await Verify(golden, golden.Evidence, "--checkpoint", _files.Put("cp", forked));
        Assert.Equal((1, "fail"), (run.Exit, Outcome(run, "checkpoint")));
        Assert.Contains("FORK", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Verify(golden, golden.Evidence, "--checkpoint", _files.Put("cp", Checkpoint.Sign(13, new byte[32], golden.Signer)))).Exit);
    }

    [Fact]
    public async Task Certificates_are_judged_at_the_events_time_unless_another_is_given()
    {
        using var golden = new Golden();
        var run = await Verify(golden, golden.Evidence, "--at", "2026-03-10T12:00:00Z");
        Assert.Equal((1, "fail"), (run.Exit, Outcome(run, "certificate")));
        Assert.Equal(2, (await Verify(golden, golden.Evidence, "--at", "tomorrow")).Exit);
    }

    [Fact]
    public async Task Several_files_are_judged_each_and_one_failure_fails_all()
    {
        using var golden = new Golden();
        var good = _files.Put("good.json", golden.Evidence);
        var bad = _files.Put("bad.json", "{}");
        var bundle = _files.Put("bundle.pem", golden.Bundle);
        var run = await CliRun.Of("verify", good, bad, good, "--bundle", bundle, "--ledger-key", golden.Signer.VerifierKey);
        Assert.Equal(1, run.Exit);
        Assert.Equal(2, run.Output.Split("OK" + Environment.NewLine).Length - 1);
        Assert.Contains("FAILED: file", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_or_a_wrong_key_is_said_in_a_sentence()
    {
        using var golden = new Golden();
        var bundle = _files.Put("bundle.pem", golden.Bundle);
        var missing = await CliRun.Of("verify", _files["none.json"], "--bundle", bundle);
        Assert.Equal(3, missing.Exit);
        Assert.Contains("none.json", missing.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await CliRun.Of("verify", bundle, "--bundle", _files.Put("empty.pem", ""))).Exit);
        Assert.Equal(2, (await CliRun.Of("verify", bundle, "--bundle", bundle, "--ledger-key", "nonsense")).Exit);
        Assert.Equal(2, (await CliRun.Of("verify", bundle)).Exit);
        Assert.Equal(2, (await CliRun.Of("verify", "--bundle", bundle)).Exit);
    }

    [Fact]
    public async Task A_hostile_file_prints_no_control_characters()
    {
        using var golden = new Golden();
        var evil = new TlogProof(0, [], "\u001b[31mevil\n", "{\"kind\":\"\u001b[2J\"}"u8.ToArray());
        var run = await CliRun.Of("verify", _files.Put("e", evil.Format()), "--bundle", _files.Put("bundle.pem", golden.Bundle), "--ledger-key", golden.Signer.VerifierKey);
        Assert.Equal(1, run.Exit);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    private static byte[] Swapped(Golden golden, byte[] payload)
        => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(golden.Envelope).Replace(Convert.ToBase64String(golden.Payload), Convert.ToBase64String(payload), StringComparison.Ordinal));

    private Task<CliRun> Verify(Golden golden, byte[] file, params string[] options)
        => CliRun.Of(["verify", _files.Put("file", file), "--bundle", _files.Put("bundle.pem", golden.Bundle), "--ledger-key", golden.Signer.VerifierKey, "--json", .. options]);

    private static JsonElement File(CliRun run) => run.Json.GetProperty("files")[0];

    private static string? Outcome(CliRun run, string check)
        => File(run).GetProperty("checks").EnumerateArray().Where(c => c.GetProperty("name").GetString() == check).Select(c => c.GetProperty("outcome").GetString()).SingleOrDefault();
}
