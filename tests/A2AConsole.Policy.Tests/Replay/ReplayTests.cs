using System.Text;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Limits;
using A2AConsole.Policy.Replay;
using A2AConsole.Policy.Tests.Engine;
using CsCheck;

namespace A2AConsole.Policy.Tests.Replay;

/// <summary>Recorded decisions come back as they were, and a draft's differences are counted with what they are worth.</summary>
public sealed class ReplayTests
{
    private static RecordedDecision Recorded(DecisionRequest request, PolicyVerdict verdict, Money? money = null, string id = "m")
        => new(id, new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero), request, verdict, ["p"], "sha256:0", money);

    private static MemoryStream Lines(IEnumerable<byte[]> lines) => new([.. lines.SelectMany(l => l.Append((byte)'\n'))]);

    [Fact]
    public void A_record_decides_as_its_request_did()
    {
        Cedar.Require();
        RandomRequests.Any.Sample(request =>
        {
            var decision = Cedar.Decider.Decide(request);
            var read = RecordedDecision.Read(Recorded(request, decision.Verdict, new Money("12.50", "EUR"), "m\"1").Write());
            Assert.Equal(("m\"1", decision.Verdict, new Money("12.50", "EUR"), "sha256:0"), (read.Id, read.Verdict, read.Money, read.BundleDigest));
            var again = Cedar.Decider.Decide(read.Request);
            Assert.Equal((decision.Verdict, decision.Fault?.Code), (again.Verdict, again.Fault?.Code));
            Assert.Equal(decision.Determining, again.Determining);
        }, iter: 100, threads: 1);
    }

    [Fact]
    public async Task Changes_are_counted_by_verdict_with_their_worth_and_listed_in_order()
    {
        using var draft = Cedar.DeciderOf("@id(\"p\") permit (principal, action, resource) when { context.amount < 100 };");
        var records = new List<byte[]>();
        for (var i = 0; i < 500; i++)
            records.Add(Recorded(Cedar.Request(i), i < 90 ? PolicyVerdict.Allow : PolicyVerdict.Human, i % 2 == 0 ? new Money($"{i}.10", "EUR") : new Money($"{i}", "JPY"), $"m{i}").Write());
        long last = 0;
        var report = await new ReplayRun(draft, keptChanges: 15).RunAsync(Lines(records), new Told(n => InterlockedMax(ref last, n)));
        Assert.Equal((500, 410), (report.Total, report.Changed));
        Assert.Equal(500, last);
        Assert.Equal([(PolicyVerdict.Human, PolicyVerdict.Allow, 10L), (PolicyVerdict.Human, PolicyVerdict.Deny, 400L)], report.Transitions.Select(t => (t.Before, t.After, t.Count)));
        var allowed = Assert.Single(report.NewlyAllowed);
        Assert.Equal((90 + 92 + 94 + 96 + 98) * 100 + 50, allowed.Worth["EUR"]);
        Assert.Equal(91 + 93 + 95 + 97 + 99, allowed.Worth["JPY"]);
        Assert.Equal(Enumerable.Range(91, 15).Select(n => (long)n), report.Changes.Select(c => c.Number));
        Assert.Equal("m90", report.Changes[0].Recorded.Id);
    }

    [Fact]
    public async Task Lines_that_are_no_records_are_named_and_the_rest_is_replayed()
    {
        var good = Encoding.UTF8.GetString(Recorded(Cedar.SupplyChain.Tests[0].Request, PolicyVerdict.Allow).Write());
        var text = string.Join("\n", good, "{", "", good.Replace("\"allow\"", "\"maybe\"", StringComparison.Ordinal), "null", good.Replace("\"verdict\"", "\"vredict\"", StringComparison.Ordinal), good);
        var report = await new ReplayRun(Cedar.Decider).RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        Assert.Equal((2, 0), (report.Total, report.Changed));
        Assert.Equal([2L, 4L, 5L, 6L], report.Unreadable.Select(u => u.Number));
        Assert.Contains("allow, verify, human or deny", report.Unreadable[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        var line = Recorded(Cedar.SupplyChain.Tests[0].Request, PolicyVerdict.Allow).Write();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ReplayRun(Cedar.Decider).RunAsync(Lines(Enumerable.Repeat(line, 5_000)), new Told(_ => stop.Cancel()), stop.Token));
    }

    [Fact]
    public async Task A_line_without_end_is_left()
    {
        var report = await new ReplayRun(Cedar.Decider).RunAsync(new MemoryStream(new byte[5 << 20]));
        Assert.Equal((0, 1), (report.Total, report.Unreadable.Count));
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Interlocked.Read(ref target); value > seen; seen = Interlocked.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
                return;
        }
    }

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
