using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Policy.Life;
using A2AConsole.Testing;

namespace A2AConsole.Policy.Tests.Life;

/// <summary>A version goes its way step by step, each on the ledger, and nobody goes it alone.</summary>
public sealed class PolicyLifeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_bundle_serves_from_the_start_and_says_so_on_the_ledger()
    {
        await using var site = await PolicySite.StartAsync();
        var first = await site.FirstAsync();
        Assert.Equal(("test", "1", 2, "system"), (first.Name, first.Version, first.TestsPassed, first.CreatedBy));
        Assert.Null(site.Active.WhyNone);
        Assert.Equal(first.Digest, site.Active.Bundle!.Id.Digest);
        Assert.Equal(PolicyVerdict.Allow, (await site.Active.DecideAsync(Cedar.Request(100), Token)).Verdict);
        Assert.Equal(PolicyVerdict.Deny, (await site.Active.DecideAsync(Cedar.Request(101), Token)).Verdict);
        var leaf = Assert.Single(await site.LeavesAsync());
        Assert.Equal((first.Digest, "system", "policy:test/1"), ("sha256:" + leaf.Digest, leaf.Actor, leaf.Subject));
    }

    [Fact]
    public async Task A_change_goes_from_draft_to_active_and_back()
    {
        await using var site = await PolicySite.StartAsync();
        var first = await site.FirstAsync();
        var id = await site.DraftAsync("2", limit: 500);
        Assert.Equal(PolicyVersionState.Draft, await site.StateAsync(id));
        Assert.True((await site.Life.TestAsync(id, PolicySite.Ann, Token)).IsGood);
        Assert.Equal(PolicyVersionState.Tested, await site.StateAsync(id));
        await site.Life.ShadowAsync(id, PolicySite.Ann, Token);
        // It decides beside the active one and changes nothing.
        Assert.Equal(PolicyVerdict.Deny, (await site.Active.DecideAsync(Cedar.Request(300), Token)).Verdict);
        var shadow = site.Active.Shadow!.Value;
        Assert.Equal(id, shadow.VersionId);
        await Eventually.TrueAsync(() => shadow.Decider.Differences.Count > 0);
        var difference = Assert.Single(shadow.Decider.Differences);
        Assert.Equal((PolicyVerdict.Deny, PolicyVerdict.Allow), (difference.Active.Verdict, difference.Shadow.Verdict));

        await site.Life.ApproveAsync(id, await site.DigestAsync(id), "read it", PolicySite.Bob, Token);
        await site.Life.ActivateAsync(id, "the season begins", PolicySite.Ann, Token);
        Assert.Equal(PolicyVerdict.Allow, (await site.Active.DecideAsync(Cedar.Request(300), Token)).Verdict);
        Assert.Equal((PolicyVersionState.Superseded, PolicyVersionState.Active), (await site.StateAsync(first.Id), await site.StateAsync(id)));
        Assert.Null(site.Active.Shadow);

        await site.Life.RollBackAsync(first.Id, "too generous", PolicySite.Bob, Token);
        Assert.Equal(PolicyVerdict.Deny, (await site.Active.DecideAsync(Cedar.Request(300), Token)).Verdict);
        Assert.Equal((PolicyVersionState.Active, PolicyVersionState.Superseded), (await site.StateAsync(first.Id), await site.StateAsync(id)));

        var told = (await site.LeavesAsync()).Select(l => (l.Actor, l.Detail!.Split(": ")[1])).Skip(1);
        Assert.Equal([("user:ann", "a draft was begun"), ("user:ann", "p.cedar was edited"), ("user:ann", "2 tests passed"), ("user:ann", "it decides beside the active one, without effect"),
            ("user:bob", "approved"), ("user:ann", "activated"), ("user:bob", "rolled back to")], told);
    }

    [Fact]
    public async Task Tests_that_fail_keep_a_version_a_draft()
    {
        await using var site = await PolicySite.StartAsync();
        var id = await site.DraftAsync("2", limit: 5000);
        var report = await site.Life.TestAsync(id, PolicySite.Ann, Token);
        Assert.Equal("a lot", Assert.Single(report.Results, r => !r.Passed).Test.Name);
        Assert.Equal((PolicyVersionState.Draft, 1, 1), (await site.StateAsync(id), (await site.RowAsync(id))!.TestsPassed, (await site.RowAsync(id))!.TestsFailed));
        Assert.Equal((LeafVerdict.Refused, PolicyLife.TestsFail), ((await site.LeavesAsync())[^1].Verdict, (await site.LeavesAsync())[^1].Code));
        await RefusedAsync(VersionRules.WrongState, () => site.Life.ShadowAsync(id, PolicySite.Ann, Token));
    }

    [Fact]
    public async Task A_draft_that_does_not_validate_says_where()
    {
        await using var site = await PolicySite.StartAsync();
        var id = await site.DraftAsync("2", limit: 100);
        await site.Life.SaveAsync(id, await site.DigestAsync(id), "p.cedar", "@id(\"x\")\npermit (principal, action, resource) when { context.nothing };", PolicySite.Ann, Token);
        var report = await site.Life.TestAsync(id, PolicySite.Ann, Token);
        Assert.Null(report.Bundle);
        Assert.Contains(report.Problems, p => p is { File: "p.cedar", Line: 2 });
        Assert.Equal(PolicyVersionState.Draft, await site.StateAsync(id));
    }

    [Fact]
    public async Task Nobody_approves_her_own_version_or_another_than_she_read()
    {
        await using var site = await PolicySite.StartAsync();
        var id = await site.DraftAsync("2", limit: 500);
        await RefusedAsync(VersionRules.WrongState, async () => await site.Life.ApproveAsync(id, await site.DigestAsync(id), "read it", PolicySite.Bob, Token));
        await site.Life.TestAsync(id, PolicySite.Ann, Token);
        await site.Life.ShadowAsync(id, PolicySite.Ann, Token);
        await RefusedAsync(VersionRules.OwnVersion, async () => await site.Life.ApproveAsync(id, await site.DigestAsync(id), "read it", "ANN", Token));
        await RefusedAsync(VersionRules.Changed, async () => await site.Life.ApproveAsync(id, (await site.FirstAsync()).Digest, "read it", PolicySite.Bob, Token));
        await RefusedAsync(VersionRules.WrongState, () => site.Life.ActivateAsync(id, "now", PolicySite.Bob, Token));
        Assert.Equal(PolicyVersionState.Shadowing, await site.StateAsync(id));
    }

    [Fact]
    public async Task What_was_tested_or_approved_is_not_changed_behind_anybody()
    {
        await using var site = await PolicySite.StartAsync();
        var id = await site.DraftAsync("2", limit: 500);
        var stale = (await site.FirstAsync()).Digest;
        await RefusedAsync(VersionRules.Changed, () => site.Life.SaveAsync(id, stale, "p.cedar", PolicySite.Policies(9), PolicySite.Ann, Token));
        await RefusedAsync(VersionRules.NotAuthor, async () => await site.Life.SaveAsync(id, await site.DigestAsync(id), "p.cedar", PolicySite.Policies(9), PolicySite.Bob, Token));
        await site.Life.TestAsync(id, PolicySite.Ann, Token);
        await site.Life.SaveAsync(id, await site.DigestAsync(id), "p.cedar", PolicySite.Policies(600), PolicySite.Ann, Token);
        Assert.Equal(PolicyVersionState.Draft, await site.StateAsync(id));
        await site.Life.TestAsync(id, PolicySite.Ann, Token);
        await site.Life.ShadowAsync(id, PolicySite.Ann, Token);
        await RefusedAsync(VersionRules.WrongState, async () => await site.Life.SaveAsync(id, await site.DigestAsync(id), "p.cedar", PolicySite.Policies(9), PolicySite.Ann, Token));
        await site.Life.ApproveAsync(id, await site.DigestAsync(id), "read it", PolicySite.Bob, Token);
        await site.Life.WithdrawAsync(id, "once more", PolicySite.Ann, Token);
        Assert.Null((await site.RowAsync(id))!.ApprovedBy);
        await RefusedAsync(VersionRules.WrongState, () => site.Life.ActivateAsync(id, "now", PolicySite.Ann, Token));
    }

    [Fact]
    public async Task Of_two_that_would_decide_beside_the_active_one_the_second_is_refused()
    {
        await using var site = await PolicySite.StartAsync();
        var (a, b) = (await site.DraftAsync("2", 200), await site.DraftAsync("3", 300, PolicySite.Bob));
        await site.Life.TestAsync(a, PolicySite.Ann, Token);
        await site.Life.TestAsync(b, PolicySite.Bob, Token);
        var outcomes = await Task.WhenAll(TriedAsync(() => site.Life.ShadowAsync(a, PolicySite.Ann, Token)), TriedAsync(() => site.Life.ShadowAsync(b, PolicySite.Bob, Token)));
        Assert.Single(outcomes, VersionRules.ShadowTaken);
        Assert.Single(outcomes, (string?)null);
        await RefusedAsync(PolicyLife.VersionTaken, () => site.DraftAsync("2", 5));
    }

    [Fact]
    public async Task Two_activations_at_once_leave_one_active()
    {
        await using var site = await PolicySite.StartAsync();
        var id = await site.ApprovedAsync("2", 500);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TriedAsync(() => site.Life.ActivateAsync(id, "now", PolicySite.Ann, Token))));
        Assert.Single(outcomes, (string?)null);
        Assert.Single(await site.Queries.VersionsAsync(Token), v => v.State == PolicyVersionState.Active);
    }

    [Fact]
    public async Task Decisions_go_on_while_versions_are_exchanged()
    {
        await using var site = await PolicySite.StartAsync();
        var first = await site.FirstAsync();
        var second = await site.ApprovedAsync("2", 500);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asked = 0;
        var asking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                // Allowed by both, and never without an answer.
                Assert.Null((await site.Active.DecideAsync(Cedar.Request(50), Token)).Fault);
                asked++;
            }
        }, Token);
        await site.Life.ActivateAsync(second, "now", PolicySite.Ann, Token);
        await site.Life.RollBackAsync(first.Id, "back", PolicySite.Ann, Token);
        await site.Life.RollBackAsync(second, "on again", PolicySite.Ann, Token);
        await stop.CancelAsync();
        await asking;
        Assert.True(asked > 0);
    }

    [Fact]
    public async Task After_a_restart_what_was_active_serves()
    {
        await using var site = await PolicySite.StartAsync();
        var id = await site.ApprovedAsync("2", 500);
        await site.Life.ActivateAsync(id, "now", PolicySite.Ann, Token);
        await site.RestartAsync();
        Assert.Equal(id, site.Active.VersionId);
        Assert.Equal(2, (await site.Queries.VersionsAsync(Token)).Count);
    }

    [Fact]
    public async Task Stored_files_that_somebody_altered_do_not_serve()
    {
        await using var site = await PolicySite.StartAsync();
        await site.Site.QueryAsync(async db =>
        {
            var row = db.PolicyVersions.Single();
            row.Files = Policy.Bundles.StoredFiles.Write(PolicySite.Files(limit: 1_000_000));
            await db.SaveChangesAsync(Token);
            return true;
        });
        await site.RestartAsync();
        Assert.Contains("digest", site.Active.WhyNone, StringComparison.Ordinal);
        var decision = await site.Active.DecideAsync(Cedar.Request(1), Token);
        Assert.Equal((PolicyVerdict.Deny, DecisionFaults.NoBundle), (decision.Verdict, decision.Fault?.Code));
    }

    [Fact]
    public async Task A_first_bundle_whose_tests_fail_does_not_serve()
    {
        await using var site = await PolicySite.StartAsync(PolicySite.Files(limit: 5000));
        Assert.Contains("a lot", site.Active.WhyNone, StringComparison.Ordinal);
        Assert.Null(site.Active.Bundle);
        Assert.Equal(PolicyVerdict.Deny, (await site.Active.DecideAsync(Cedar.Request(1), Token)).Verdict);
    }

    [Fact]
    public void The_shipped_bundle_is_the_repositorys()
        => Assert.Equal(Policy.Bundles.BundleFiles.Read(Cedar.SupplyChainDirectory).Digest, Policy.Bundles.ShippedBundle.Read().Digest);

    private static async Task RefusedAsync(string code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<PolicyRefusedException>(act)).Code);

    private static async Task<string?> TriedAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (PolicyRefusedException e)
        {
            return e.Code;
        }
    }
}
