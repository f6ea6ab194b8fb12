using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Cli.Tests.Verify;

/// <summary><c>a2a verify</c> on what an agent with two keys signed: it says which signatures verified, and takes one for two nowhere.</summary>
public sealed class TwoSignaturesTests : IDisposable
{
    private readonly TempDirectory _files = new();
    private readonly SigningKey _second = SigningKey.Generate(AlgorithmRegistry.Find("ml-dsa-65")!);

    public void Dispose()
    {
        _second.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_are_named(bool batched)
    {
        using var golden = new Golden(batched, second: _second);
        var (outcome, detail) = await VerifyAsync(golden, golden.Evidence);
        Assert.Equal("pass", outcome);
        Assert.Equal($"by the certificate's key, {golden.Key.KeyId[..16]}…, ecdsa-p256-sha256; by its alternative key, {_second.KeyId[..16]}…, ml-dsa-65; both are required", detail);
    }

    [Fact]
    public async Task One_of_two_is_not_enough()
    {
        using var golden = new Golden(second: _second);
        var (outcome, detail) = await VerifyAsync(golden, Change(golden, s => s.RemoveAt(1)));
        Assert.Equal("fail", outcome);
        Assert.Contains($"the one with ml-dsa-65 (keyid {_second.KeyId}) is missing", detail, StringComparison.Ordinal);
        (outcome, detail) = await VerifyAsync(golden, Change(golden, s => Break(s[1]!)));
        Assert.Equal(("fail", true), (outcome, detail.Contains("ml-dsa-65", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_either_is_enough_the_other_is_looked_at_all_the_same()
    {
        using var golden = new Golden(second: _second, either: true);
        Assert.EndsWith("either is enough", (await VerifyAsync(golden, golden.Envelope)).Detail, StringComparison.Ordinal);
        Assert.Contains("also by its alternative key", (await VerifyAsync(golden, golden.Envelope)).Detail, StringComparison.Ordinal);
        var (outcome, detail) = await VerifyAsync(golden, Change(golden, s => Break(s[1]!)));
        Assert.Equal("pass", outcome);
        Assert.Contains("the one that names its alternative key", detail, StringComparison.Ordinal);
        Assert.Contains("does not verify", detail, StringComparison.Ordinal);
    }

    private static void Break(JsonNode signature)
    {
        var bytes = Convert.FromBase64String((string)signature["sig"]!);
        bytes[9] ^= 1;
        signature["sig"] = Convert.ToBase64String(bytes);
    }

    private static byte[] Change(Golden golden, Action<JsonArray> change)
    {
        var node = JsonNode.Parse(golden.Envelope)!;
        change(node["signatures"]!.AsArray());
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }

    private async Task<(string Outcome, string Detail)> VerifyAsync(Golden golden, byte[] file)
    {
        var run = await CliRun.Of("verify", _files.Put("file", file), "--bundle", _files.Put("bundle.pem", golden.Bundle), "--certificate", _files.Put("chain.pem", golden.Chain),
            "--ledger-key", golden.Signer.VerifierKey, "--json");
        var check = run.Json.GetProperty("files")[0].GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "signature");
        return (check.GetProperty("outcome").GetString()!, check.GetProperty("detail").GetString()!);
    }
}
