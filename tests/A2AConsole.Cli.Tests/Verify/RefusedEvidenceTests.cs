using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Tests.Verify;

/// <summary><c>a2a verify</c> on evidence that something was refused.</summary>
public sealed class RefusedEvidenceTests : IDisposable
{
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_forged_message_is_proven_to_have_been_refused_and_to_deserve_it()
    {
        var payload = Tampered(Golden.Event("m-1"));
        using var golden = Refused("signature-invalid", payload);
        var run = await VerifyAsync(golden, WithPayload(golden.Envelope, payload));
        Assert.Equal((0, "pass", "pass", "pass"), (run.Exit, Outcome(run, "received"), Outcome(run, "refusal"), Outcome(run, "inclusion")));
        var recorded = File(run).GetProperty("recorded");
        Assert.Equal(("refused", "signature-invalid"), (recorded.GetProperty("verdict").GetString(), recorded.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task What_is_no_json_at_all_is_evidence_too()
    {
        var bytes = "GET / HTTP/1.1\r\n"u8.ToArray();
        using var golden = Refused("malformed", bytes);
        var run = await VerifyAsync(golden, bytes);
        Assert.Equal((0, "pass", "pass"), (run.Exit, Outcome(run, "received"), Outcome(run, "refusal")));
    }

    [Theory]
    [InlineData("schema-violation", "pass")]
    [InlineData("replayed", "skipped")]
    [InlineData("rate-limited", "skipped")]
    [InlineData("stale", "skipped")]
    [InlineData("audience-not-served", "skipped")]
    [InlineData("algorithm-forbidden", "skipped")]
    [InlineData("batch-proof-invalid", "skipped")]
    public async Task What_the_bytes_alone_do_not_tell_rests_on_the_leaf_and_is_said_to(string code, string refusal)
    {
        using var golden = Refused(code, Golden.Event("m-1"));
        var run = await VerifyAsync(golden, golden.Envelope);
        Assert.Equal((0, "pass", refusal), (run.Exit, Outcome(run, "received"), Outcome(run, "refusal")));
    }

    [Theory]
    [InlineData("signature-invalid")]
    [InlineData("malformed")]
    [InlineData("wrong-signer")]
    public async Task A_leaf_that_refuses_what_passes_is_found_out(string code)
    {
        using var golden = Refused(code, Golden.Event("m-1"));
        var run = await VerifyAsync(golden, golden.Envelope);
        Assert.Equal((1, "fail"), (run.Exit, Outcome(run, "refusal")));
    }

    [Fact]
    public async Task Other_bytes_than_the_leaf_speaks_of_fail()
    {
        using var golden = Refused("replayed", Golden.Event("m-1"));
        var run = await VerifyAsync(golden, WithPayload(golden.Envelope, Tampered(golden.Payload)));
        Assert.Equal((1, "fail"), (run.Exit, Outcome(run, "received")));
    }

    [Fact]
    public async Task An_admitted_event_is_not_passed_off_as_refused()
    {
        using var golden = new Golden();
        var run = await VerifyAsync(golden, golden.Envelope);
        Assert.Equal((1, "fail"), (run.Exit, Outcome(run, "received")));
    }

    [Fact]
    public async Task Without_the_connections_certificate_the_refusal_rests_on_the_leaf()
    {
        using var golden = Refused("schema-violation", Golden.Event("m-1"));
        var run = await VerifyAsync(golden, golden.Envelope, chain: "");
        Assert.Equal((0, "pass", "skipped"), (run.Exit, Outcome(run, "received"), Outcome(run, "refusal")));
    }

    [Fact]
    public void A_file_with_an_envelope_and_received_bytes_is_no_evidence()
    {
        using var golden = new Golden();
        var file = JsonNode.Parse(golden.Evidence)!.AsObject();
        file["received"] = "QUJD";
        Assert.False(Evidence.TryParse(Encoding.UTF8.GetBytes(file.ToJsonString()), out _, out var error));
        Assert.Contains("both", error, StringComparison.Ordinal);
    }

    private static Golden Refused(string code, byte[] digested)
        => new(record: leaf => leaf with { Verdict = LeafVerdict.Refused, Code = code, Digest = Convert.ToHexStringLower(SHA256.HashData(digested)) });

    private static byte[] Tampered(byte[] payload) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(payload).Replace("demand.signal", "demand.signaL", StringComparison.Ordinal));

    private static byte[] WithPayload(byte[] envelope, byte[] payload)
    {
        var json = JsonNode.Parse(envelope)!.AsObject();
        json["payload"] = Convert.ToBase64String(payload);
        return Encoding.UTF8.GetBytes(json.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    private Task<CliRun> VerifyAsync(Golden golden, byte[] received, string? chain = null)
        => CliRun.Of("verify", _files.Put("refused.a2a-evidence.json", Evidence.OfRefused(received, chain ?? golden.Chain, golden.Leaf, golden.Proof.Format()).Format()),
            "--bundle", _files.Put("bundle.pem", golden.Bundle), "--ledger-key", golden.Signer.VerifierKey, "--json");

    private static JsonElement File(CliRun run) => JsonDocument.Parse(run.Output).RootElement.GetProperty("files")[0];

    private static string Outcome(CliRun run, string check)
        => File(run).GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == check).GetProperty("outcome").GetString()!;
}
