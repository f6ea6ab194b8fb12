using A2AConsole.Testing;
using A2AConsole.Web.Pages.Audit;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Web.Tests.Audit;

public sealed class ChainVerifierTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _agent = await _site.EnrollAsync("forecast");
        for (var i = 0; i < 12; i++)
            await _agent.SendAsync();
    }

    [Fact]
    public async Task An_untouched_ledger_holds_and_a_later_check_proves_that_nothing_was_rewritten()
    {
        var first = await VerifyAsync();
        Assert.True(first.Holds, Says(first));
        await _agent.SendAsync();
        var second = await VerifyAsync(first);
        Assert.True(second.Holds, Says(second));
        Assert.Contains("are the beginning of these", second.Findings[2].Says, StringComparison.Ordinal);
        Assert.True((await VerifyAsync(second)).Holds);
    }

    [Fact]
    public async Task A_changed_leaf_is_found()
    {
        var block = await _site.QueryAsync(db => db.LedgerBlocks.OrderByDescending(b => b.FirstLeaf).FirstAsync());
        var leaves = (byte[])block.Leaves.Clone();
        var at = leaves.AsSpan().IndexOf("demand"u8);
        leaves[at] = (byte)'D';
        await _site.QueryAsync(db => db.LedgerBlocks.Where(b => b.FirstLeaf == block.FirstLeaf).ExecuteUpdateAsync(s => s.SetProperty(b => b.Leaves, leaves)));
        var report = await VerifyAsync();
        Assert.True(report.Findings[0].Holds);
        Assert.False(report.Findings[1].Holds);
    }

    [Fact]
    public async Task A_ledger_that_is_shorter_or_other_than_what_was_verified_is_found()
    {
        var report = await VerifyAsync();
        Assert.Contains("cut back", (await Verifier.VerifyAsync(report.Size + 5, Convert.ToHexStringLower(report.Root.Span), new Quiet(), default)).Findings[2].Says, StringComparison.Ordinal);
        Assert.False((await Verifier.VerifyAsync(report.Size, new string('0', 64), new Quiet(), default)).Findings[2].Holds);
        Assert.Contains("rewritten", (await Verifier.VerifyAsync(report.Size - 3, new string('0', 64), new Quiet(), default)).Findings[2].Says, StringComparison.Ordinal);
    }

    private ChainVerifier Verifier => new(_site.Ledger, _site.Reader, _site.Domain);

    private Task<ChainReport> VerifyAsync(ChainReport? earlier = null)
        => Verifier.VerifyAsync(earlier?.Size, earlier is null ? null : Convert.ToHexStringLower(earlier.Root.Span), new Quiet(), default);

    private static string Says(ChainReport report) => string.Join(' ', report.Findings.Select(f => f.Says));

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private sealed class Quiet : IProgress<ChainProgress>
    {
        public void Report(ChainProgress value)
        {
        }
    }
}
