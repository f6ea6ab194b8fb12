using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Life;
using A2AConsole.Policy.Limits;
using A2AConsole.Policy.Replay;
using A2AConsole.Testing;

namespace A2AConsole.Policy.Tests.Life;

/// <summary>What a draft would have decided, and what its tests are worth.</summary>
public sealed class PolicyJobsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replay_says_what_a_draft_would_have_allowed_and_what_that_is_worth()
    {
        await using var site = await PolicySite.StartAsync();
        await RecordAsync(site, [(50, PolicyVerdict.Allow), (300, PolicyVerdict.Deny), (400, PolicyVerdict.Deny), (9000, PolicyVerdict.Deny)]);
        var id = await site.DraftAsync("2", 500);
        var job = await site.Jobs.ReplayAsync(id, days: 7, Token);
        await Eventually.TrueAsync(() => job.State != PolicyJobState.Running);
        Assert.Null(job.Failure);
        var report = Assert.IsType<ReplayReport>(job.Result);
        Assert.Equal((4, 2, 4), (report.Total, report.Changed, job.Total));
        var opened = Assert.Single(report.NewlyAllowed);
        Assert.Equal((2, (Int128)70_000), (opened.Count, opened.Worth["EUR"]));
        Assert.Equal(["m1", "m2"], report.Changes.Select(c => c.Recorded.Id));
        Assert.Same(job, site.Jobs.Find(PolicyJobKind.Replay, id));
    }

    [Fact]
    public async Task A_replay_leaves_out_what_is_older()
    {
        await using var site = await PolicySite.StartAsync();
        await RecordAsync(site, [(300, PolicyVerdict.Deny)]);
        site.Site.Clock.Advance(TimeSpan.FromDays(8));
        var job = await site.Jobs.ReplayAsync(await site.DraftAsync("2", 500), days: 7, Token);
        await Eventually.TrueAsync(() => job.State != PolicyJobState.Running);
        Assert.Equal(0, Assert.IsType<ReplayReport>(job.Result).Total);
    }

    [Fact]
    public async Task A_replay_can_be_cancelled()
    {
        await using var site = await PolicySite.StartAsync();
        await RecordAsync(site, [.. Enumerable.Repeat((50L, PolicyVerdict.Allow), 4_000)]);
        var job = await site.Jobs.ReplayAsync(await site.DraftAsync("2", 500), days: 7, Token);
        job.Cancel();
        await Eventually.TrueAsync(() => job.State == PolicyJobState.Cancelled);
        Assert.Null(job.Result);
    }

    [Fact]
    public async Task Measuring_keeps_what_the_tests_are_worth()
    {
        await using var site = await PolicySite.StartAsync();
        var id = await site.DraftAsync("2", 500);
        var job = await site.Jobs.MeasureAsync(id, PolicySite.Ann, Token);
        await Eventually.TrueAsync(() => job.State != PolicyJobState.Running);
        var report = Assert.IsType<MutationReport>(job.Result);
        var row = (await site.RowAsync(id))!;
        Assert.True(report.Killed > 0);
        Assert.Equal((report.Killed, report.Survived), (row.MutantsKilled, row.MutantsSurvived));
        // What is edited after that was not measured.
        await site.Life.SaveAsync(id, row.Digest, "p.cedar", PolicySite.Policies(600), PolicySite.Ann, Token);
        Assert.Null((await site.RowAsync(id))!.Score);
    }

    [Fact]
    public async Task A_draft_that_does_not_validate_is_not_replayed()
    {
        await using var site = await PolicySite.StartAsync();
        var id = await site.DraftAsync("2", 500);
        await site.Life.SaveAsync(id, await site.DigestAsync(id), "p.cedar", "permit (", PolicySite.Ann, Token);
        var job = await site.Jobs.ReplayAsync(id, 7, Token);
        await Eventually.TrueAsync(() => job.State == PolicyJobState.Failed);
        Assert.Contains("p.cedar:1:", job.Failure, StringComparison.Ordinal);
    }

    private static async Task RecordAsync(PolicySite site, IReadOnlyList<(long Amount, PolicyVerdict Verdict)> decisions)
    {
        var now = site.Site.Time.GetUtcNow();
        await site.Site.QueryAsync(async db =>
        {
            var agent = (await AgentSeed.AddAgentsAsync(db, 1, now))[0];
            db.ChangeTracker.AutoDetectChangesEnabled = true;
            for (var i = 0; i < decisions.Count; i++)
            {
                var (amount, verdict) = decisions[i];
                var request = Cedar.Request(amount);
                db.Decisions.Add(new Decision
                {
                    Id = i, MessageLeaf = i, MessageId = $"m{i}", AgentNumber = agent.Number, Receiver = "spiffe://x/y", Type = "order", Action = "do", At = now, Verdict = verdict, Policies = "all", Reason = "",
                    BundleVersion = "1", BundleDigest = "sha256:1", Digest = "", Request = new RecordedDecision($"m{i}", now, request, verdict, ["all"], "sha256:1", new Money($"{amount}.00", "EUR")).Write(),
                });
            }
            return await db.SaveChangesAsync(Token);
        });
    }
}
