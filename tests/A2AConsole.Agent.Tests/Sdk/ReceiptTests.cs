using A2AConsole.Core.Ledger;
using A2AConsole.Sdk.Tests.Support;

namespace A2AConsole.Sdk.Tests.Sdk;

public sealed class ReceiptTests
{
    [Fact]
    public async Task A_receipt_proves_offline_and_every_flipped_bit_shows()
    {
        string proof, key;
        Receipt receipt;
        await using (var site = await SdkSite.StartAsync())
        {
            await using var agent = await site.EnrollAsync("alpha");
            await agent.SendManyAsync([.. Enumerable.Range(0, 9).Select(SdkSite.Signal)]);
            receipt = await agent.SendAsync(SdkSite.Signal());
            await agent.SendAsync(SdkSite.Signal(7));
            (proof, key) = (await agent.FetchProofAsync(receipt), agent.LedgerKey);
        }

        var verified = receipt.Verify(proof, key);

        Assert.True(verified.IsValid, verified.Detail);
        Assert.True(verified.DigestMatched);
        Assert.Equal(receipt.MessageId, verified.Leaf!.MessageId);
        Assert.True(TlogProof.TryParse(proof, out var parsed, out _));
        foreach (var broken in Broken(parsed))
            Assert.False(receipt.Verify(broken, key).IsValid, broken);
        Assert.Equal("leaf", (receipt with { Digest = new string('0', 64), Attempts = [] }).Verify(proof, key).FailedCheck);
        Assert.Equal("inclusion", (receipt with { LeafIndex = receipt.LeafIndex - 1 }).Verify(proof, key).FailedCheck);
        Assert.Equal("leaf", (receipt with { Source = receipt.Source + "x" }).Verify(proof, key).FailedCheck);
        Assert.Equal("ledger-key", receipt.Verify(proof, key[..^4] + "AAAA").FailedCheck);
        Assert.Equal("proof-format", receipt.Verify("hello", key).FailedCheck);
    }

    private static IEnumerable<string> Broken(TlogProof proof)
    {
        yield return (proof with { Extra = Flip(proof.Extra.ToArray(), proof.Extra.Length / 2) }).Format();
        for (var i = 0; i < proof.Path.Count; i++)
            yield return (proof with { Path = [.. proof.Path.Select((h, n) => n == i ? Flip([.. h], n) : h)] }).Format();
        yield return (proof with { Path = [.. proof.Path, new byte[32]] }).Format();
        yield return (proof with { Index = proof.Index ^ 1 }).Format();
        var lines = proof.Checkpoint.Split('\n');
        foreach (var (line, at) in new[] { (1, 0), (2, 5), (4, lines[4].Length - 5) })
        {
            var changed = lines[line].ToCharArray();
            changed[at] = changed[at] == '1' ? '2' : '1';
            var copy = (string[])lines.Clone();
            copy[line] = new string(changed);
            yield return (proof with { Checkpoint = string.Join('\n', copy) }).Format();
        }
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 1;
        return bytes;
    }
}
