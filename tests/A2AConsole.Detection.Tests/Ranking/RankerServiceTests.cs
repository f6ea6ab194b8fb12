using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Detection.Ranking;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Detection.Tests.Ranking;

public sealed class RankerServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_learns_from_verdicts_ranks_what_is_open_is_versioned_and_rolled_back()
    {
        await using var site = await TestSite.StartAsync(new() { WithoutEdge = true, Services = services => services.AddDetection(o => o.Enabled = false) });
        var ranker = site.Get<RankerService>();
        // Nothing is said before there are verdicts.
        Assert.False(await ranker.TrainAsync(Token));
        await AddAsync(site, 120, isTrue: i => i % 3 == 0);
        await AddAsync(site, 2, isTrue: null);
        Assert.True(await ranker.TrainAsync(Token));
        var open = await site.QueryAsync(db => db.Alerts.AsNoTracking().Where(a => a.State == AlertState.New).OrderByDescending(a => a.Score).ToListAsync());
        Assert.True(open[0].Rank > 0.7 && open[1].Rank < 0.3, $"{open[0].Rank}, {open[1].Rank}");
        var first = await ActiveAsync(site);
        Assert.True(first.Quality > 0.9);
        Assert.Equal("model-trained", (await site.LeavesAsync())[^1].Code);
        await RefusedAsync(site, "model-no-earlier");

        Assert.True(await ranker.TrainAsync(Token));
        Assert.NotEqual(first.Id, (await ActiveAsync(site)).Id);
        await ranker.RollBackAsync("it ranks drills too high", new("ann"), Token);
        Assert.Equal(first.Id, (await ActiveAsync(site)).Id);
        Assert.Equal(("model-rolled-back", "user:ann"), ((await site.LeavesAsync())[^1].Code, (await site.LeavesAsync())[^1].Actor));
        await RefusedAsync(site, "model-no-earlier");
    }

    [Fact]
    public void Features_are_named_and_know_nothing_of_the_verdict()
    {
        var alert = Of(1, 7, null);
        var features = AlertFeatures.Of(alert);
        Assert.Equal(AlertFeatures.Names.Count, features.Length);
        (alert.Verdict, alert.State, alert.EndedAt, alert.Assignee, alert.Rank) = (AlertVerdict.Benign, AlertState.Closed, DateTimeOffset.UnixEpoch, "ann", 0.5);
        Assert.Equal(features, AlertFeatures.Of(alert));
    }

    private static async Task RefusedAsync(TestSite site, string code)
        => Assert.Equal(code, (await Assert.ThrowsAsync<TriageRefusedException>(() => site.Get<RankerService>().RollBackAsync("it ranks drills too high", new("ann"), Token))).Code);

    private static Task<DetectionModel> ActiveAsync(TestSite site) => site.QueryAsync(db => db.DetectionModels.AsNoTracking().SingleAsync(m => m.IsActive));

    // Those with a high score are true.
    private static Task<LedgerReceipt> AddAsync(TestSite site, int count, Func<int, bool>? isTrue) => site.Ledger.RecordAsync(new LedgerLeaf { Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = site.Time.GetUtcNow(), Actor = "system" }, (context, leaf) =>
    {
        for (var i = 0; i < count; i++)
            context.Alerts.Add(Of(1_000_000 * leaf + i, (isTrue?.Invoke(i) ?? i == 0) ? 14 + i % 3 : 6 + i % 3, isTrue?.Invoke(i)));
    });

    private static Alert Of(long id, double score, bool? verdict) => new()
    {
        Id = id, Kind = AlertKind.FanOut, Group = AlertGroup.Counterparties, Severity = AlertSeverity.Medium, AgentId = "spiffe://acme.example/env/test/role/planner/agent/p", Role = "planner", Cause = "c" + id, Sentence = "It did.", Why = "{}", Leaves = "1", Tags = "", DetectionVersion = "1",
        RaisedAt = TestSite.Start, FirstSeenAt = TestSite.Start, LastSeenAt = TestSite.Start, Count = 1, FirstScore = score, Score = score,
        State = verdict is null ? AlertState.New : AlertState.Closed, Verdict = verdict switch { true => AlertVerdict.TruePositive, false => AlertVerdict.Benign, null => null },
    };
}
