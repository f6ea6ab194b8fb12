using A2AConsole.Core.Approvals;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Deciding;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Policy.Tests.Approvals;

public sealed class ApprovalServiceTests : IAsyncLifetime
{
    private ApprovalSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await ApprovalSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_signed_approval_releases_its_message_and_is_used_up()
    {
        var id = await _site.AskAsync();
        var outcome = await _site.SayAsync(id, ApprovalSite.Mei);
        Assert.Equal((ApprovalState.Used, true), (outcome.State, outcome.Release?.Released));
        var asked = Assert.Single(_site.Asked);
        var found = await _site.FindAsync(id);
        Assert.Equal((found.Digest, "approvePurchase", "mei", 6_400_000L), (asked.Digest, asked.Action, asked.Approver.Id, asked.Limit));
        var vote = Assert.Single(found.Votes);
        Assert.Null(PasskeyAssertion.Read(vote.Assertion, out _)!.Check(vote.Record));
        Assert.Equal(outcome.Leaf, vote.Leaf);
        Assert.Contains("approval-approve", await _site.CodesAsync());
        await RefusedAsync("approval-closed", () => _site.SayAsync(id, ApprovalSite.Max));
    }

    [Fact]
    public async Task Without_a_passkeys_signature_nobody_approves()
    {
        var id = await _site.AskAsync();
        var record = await _site.Service.PrepareAsync(id, new ApprovalSay(ApprovalChoice.Approve, "It is needed"), ApprovalSite.Mei, TestContext.Current.CancellationToken);
        await RefusedAsync("assertion-missing", () => _site.Service.DecideAsync(record, null, ApprovalSite.Mei));
        await RefusedAsync("assertion-challenge", () => _site.Service.DecideAsync(record, _site.Sign(record with { Reason = "Another reason" }), ApprovalSite.Mei));
        Assert.Empty((await _site.FindAsync(id)).Votes);
    }

    [Fact]
    public async Task A_record_of_another_request_person_or_limit_is_none_of_this_one()
    {
        var (one, two) = (await _site.AskAsync(), await _site.AskAsync(euros: 70_000));
        var record = await _site.Service.PrepareAsync(one, new ApprovalSay(ApprovalChoice.Approve, "It is needed"), ApprovalSite.Mei, TestContext.Current.CancellationToken);
        foreach (var altered in new[] { record with { Approval = two }, record with { Limit = 9_000_000 }, record with { Approver = "max" }, record with { Digest = new string('0', 64) }, record with { Asked = "Approve nothing" }, record with { At = record.At.AddHours(-1) } })
            await RefusedAsync("approval-record", () => _site.Service.DecideAsync(altered, _site.Sign(altered), ApprovalSite.Mei));
        await RefusedAsync("approval-record", () => _site.Service.DecideAsync(record, _site.Sign(record), ApprovalSite.Max));
        Assert.Empty(_site.Asked);
    }

    [Fact]
    public async Task Two_of_two_are_two_people()
    {
        var id = await _site.AskAsync(quorum: 2, roles: "Manager Administrator");
        var first = await _site.SayAsync(id, ApprovalSite.Mei);
        Assert.Equal((ApprovalState.Pending, null), (first.State, first.Release));
        await RefusedAsync("approval-twice", () => _site.SayAsync(id, ApprovalSite.Mei));
        Assert.Empty(_site.Asked);
        Assert.Equal(ApprovalState.Used, (await _site.SayAsync(id, ApprovalSite.Ada)).State);
        Assert.Single(_site.Asked);
    }

    [Fact]
    public async Task The_lowest_limit_counts()
    {
        var id = await _site.AskAsync(quorum: 2);
        await _site.SayAsync(id, ApprovalSite.Mei, ApprovalChoice.ApproveLimited, limit: 5_000_000);
        await _site.SayAsync(id, ApprovalSite.Max, ApprovalChoice.ApproveLimited, limit: 6_000_000);
        Assert.Equal(5_000_000, Assert.Single(_site.Asked).Limit);
        await RefusedAsync("approval-limit", async () => await _site.SayAsync(await _site.AskAsync(), ApprovalSite.Mei, ApprovalChoice.ApproveLimited, limit: 6_400_001));
    }

    [Fact]
    public async Task A_refusal_ends_it_and_its_message()
    {
        var id = await _site.AskAsync(quorum: 2);
        await _site.SayAsync(id, ApprovalSite.Mei);
        var outcome = await _site.SayAsync(id, ApprovalSite.Max, ApprovalChoice.Refuse, "Nobody ordered this");
        Assert.Equal(ApprovalState.Refused, outcome.State);
        var (held, by, reason) = Assert.Single(_site.Rejected);
        Assert.Equal(((await _site.FindAsync(id)).HeldMessageId, "user:max"), (held, by));
        Assert.Contains("Nobody ordered this", reason, StringComparison.Ordinal);
        Assert.Empty(_site.Asked);
    }

    [Fact]
    public async Task Who_asked_back_may_decide_later()
    {
        var id = await _site.AskAsync();
        Assert.Equal(ApprovalState.AskedBack, (await _site.SayAsync(id, ApprovalSite.Mei, ApprovalChoice.AskBack, "Which supplier?")).State);
        Assert.Equal(ApprovalState.Used, (await _site.SayAsync(id, ApprovalSite.Mei)).State);
    }

    [Fact]
    public async Task What_policy_still_forbids_does_not_go_out_and_is_over()
    {
        _site.Answer = new ReleaseOutcome(false, "policy-denied", "Denied: the agent is suspended.");
        var id = await _site.AskAsync();
        var outcome = await _site.SayAsync(id, ApprovalSite.Mei);
        Assert.False(outcome.Release!.Released);
        Assert.Single(_site.Rejected);
        Assert.Equal(ApprovalState.Withdrawn, (await _site.FindAsync(id)).State);
    }

    [Fact]
    public async Task What_was_approved_when_the_process_stopped_is_released_by_the_next()
    {
        _site.Answer = new ReleaseOutcome(false, "policy-fault", "The policies are being loaded.");
        var id = await _site.AskAsync();
        await _site.SayAsync(id, ApprovalSite.Mei);
        Assert.Equal(ApprovalState.Approved, (await _site.FindAsync(id)).State);
        _site.Answer = null;
        await _site.Service.TendAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ApprovalState.Used, (await _site.FindAsync(id)).State);
        await _site.Service.TendAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, _site.Asked.Count);
    }

    [Fact]
    public async Task Upkeep_beside_the_approver_releases_once_and_accuses_nobody()
    {
        var id = await _site.AskAsync();
        var approving = _site.SayAsync(id, ApprovalSite.Mei);
        while (!approving.IsCompleted)
            await _site.Service.TendAsync(TestContext.Current.CancellationToken);
        Assert.True((await approving).Release!.Released);
        Assert.Single(_site.Asked);
        Assert.Empty(_site.Rejected);
    }

    [Fact]
    public async Task Half_of_its_time_over_it_is_escalated_once()
    {
        var id = await _site.AskAsync(life: TimeSpan.FromHours(1));
        await _site.Service.TendAsync(TestContext.Current.CancellationToken);
        Assert.Null((await _site.FindAsync(id)).EscalatedAt);
        _site.Site.Clock.Advance(TimeSpan.FromMinutes(31));
        await _site.Service.TendAsync(TestContext.Current.CancellationToken);
        await _site.Service.TendAsync(TestContext.Current.CancellationToken);
        Assert.NotNull((await _site.FindAsync(id)).EscalatedAt);
        Assert.Single(await _site.CodesAsync(), "approval-escalated");
        Assert.Contains((await _site.Site.LeavesAsync()).Select(l => l.Detail), d => d?.EndsWith("Managers are told again, and now administrators, too.", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Together_with_others_only_what_is_not_above_the_medium_tier_is_approved()
    {
        var (medium, high) = (await _site.AskAsync(tier: "medium"), await _site.AskAsync(tier: "high"));
        var say = new ApprovalSay(ApprovalChoice.Approve, "all of them are needed", InBulk: true);
        await RefusedAsync("approval-not-in-bulk", () => _site.Service.PrepareAsync(high, say, ApprovalSite.Mei, TestContext.Current.CancellationToken));
        var record = await _site.Service.PrepareAsync(medium, say, ApprovalSite.Mei, TestContext.Current.CancellationToken);
        Assert.Equal(ApprovalState.Used, (await _site.Service.DecideAsync(record, _site.Sign(record), ApprovalSite.Mei, TestContext.Current.CancellationToken)).State);
        Assert.Equal(ApprovalState.Pending, (await _site.FindAsync(high)).State);
    }

    [Fact]
    public async Task Passes_that_overlap_escalate_it_once()
    {
        var id = await _site.AskAsync(life: TimeSpan.FromHours(1));
        _site.Site.Clock.Advance(TimeSpan.FromMinutes(31));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _site.Service.TendAsync(TestContext.Current.CancellationToken))));
        Assert.NotNull((await _site.FindAsync(id)).EscalatedAt);
        Assert.Single(await _site.CodesAsync(), "approval-escalated");
    }

    [Fact]
    public async Task What_was_decided_meanwhile_is_not_escalated()
    {
        var id = await _site.AskAsync(life: TimeSpan.FromHours(1));
        await _site.SayAsync(id, ApprovalSite.Mei);
        await Assert.ThrowsAsync<ApprovalRefusedException>(() => _site.Site.QueryAsync(db =>
        {
            ApprovalChanges.Escalate(db, id, _site.Now);
            return Task.FromResult(0);
        }));
        Assert.Null((await _site.FindAsync(id)).EscalatedAt);
    }

    [Fact]
    public async Task The_same_approval_by_many_at_once_counts_once()
    {
        var id = await _site.AskAsync();
        var people = Enumerable.Range(0, 8).Select(i => new ApprovalActor($"manager-{i}", "Manager", [])).ToList();
        var results = await Task.WhenAll(people.Select(async p =>
        {
            try
            {
                return (await _site.SayAsync(id, p)).Release is { Released: true };
            }
            catch (ApprovalRefusedException)
            {
                return false;
            }
        }));
        Assert.Single(results, true);
        Assert.Single((await _site.FindAsync(id)).Votes);
    }

    [Fact]
    public async Task An_approval_is_used_for_its_own_message_only_and_once()
    {
        var (one, two) = (await _site.FindAsync(await _site.AskAsync()), await _site.FindAsync(await _site.AskAsync()));
        _site.Answer = new ReleaseOutcome(false, "policy-fault", "later");
        await _site.SayAsync(one.Id, ApprovalSite.Mei);
        Assert.Equal("approval-digest", Use(one.Id, two.Digest, "approvePurchase"));
        Assert.Equal("approval-action", Use(one.Id, one.Digest, "requestPayment"));
        Assert.Equal("approval-not-given", Use(two.Id, two.Digest, "approvePurchase"));
        Assert.Null(Use(one.Id, one.Digest, "approvePurchase"));
        Assert.Equal("approval-used", Use(one.Id, one.Digest, "approvePurchase"));

        string? Use(int id, string digest, string action) => _site.Site.QueryAsync(async db =>
        {
            try
            {
                ApprovalChanges.Use(db, id, digest, action, _site.Now);
                await db.SaveChangesAsync();
                return null;
            }
            catch (ApprovalRefusedException e)
            {
                return e.Refusal.Code;
            }
        }).GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Lists_show_what_one_may_decide()
    {
        await _site.AskAsync();
        await _site.AskAsync(roles: "Administrator");
        var history = await _site.AskAsync();
        await _site.SayAsync(history, ApprovalSite.Max, ApprovalChoice.Refuse);
        Assert.Equal(1, await _site.Queries.MineAsync(ApprovalSite.Mei, _site.Now, TestContext.Current.CancellationToken));
        Assert.Equal(0, await _site.Queries.MineAsync(new ApprovalActor("otto", "Manager", []), _site.Now, TestContext.Current.CancellationToken));
        Assert.Equal(1, await _site.Queries.MineAsync(new ApprovalActor("ann", "Analyst", [new ApprovalDelegator("mei", "Manager")]), _site.Now, TestContext.Current.CancellationToken));
        Assert.Equal(2, await _site.Queries.OpenAsync(TestContext.Current.CancellationToken));
        var (rows, _) = await _site.Queries.PageAsync(new ApprovalFilter(ApprovalTab.History), ApprovalSite.Mei, null, 10, _site.Now, TestContext.Current.CancellationToken);
        Assert.Equal(history, Assert.Single(rows).Id);
        var like = await _site.Queries.LikeAsync(rows[0].GroupKey, 0, TestContext.Current.CancellationToken);
        Assert.Equal((0, 1, 0), (like.Released, like.Refused, like.Expired));
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended()
    {
        for (var i = 0; i < 5; i++)
            await _site.AskAsync(agent: $"a{i}");
        var seen = new List<int>();
        (DateTimeOffset, int)? after = null;
        bool more;
        do
        {
            (var rows, more) = await _site.Queries.PageAsync(new ApprovalFilter(ApprovalTab.Open), ApprovalSite.Mei, after, 2, _site.Now, TestContext.Current.CancellationToken);
            seen.AddRange(rows.Select(r => r.Id));
            after = (rows[^1].ExpiresAt, rows[^1].Id);
        }
        while (more);
        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
    }

    private static async Task RefusedAsync(string code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<ApprovalRefusedException>(act)).Refusal.Code);
}
