using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Demo.Attacks;
using A2AConsole.Demo.Live;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Policy;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Deciding;
using A2AConsole.Policy.Engine;
using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace A2AConsole.Sdk.Tests.Demo;

public sealed class AttackTests
{
    [Fact]
    public async Task Every_attack_is_refused_with_its_code_and_labelled()
    {
        await using var site = await SdkSite.StartAsync();
        await using var cast = await CastOnStage.StartAsync(site);

        // What policy repels needs a site that has policies, and what detection tells of passes: the next tests'.
        foreach (var attack in AttackRounds.All().Where(a => !a.NeedsPolicy && !a.IsTold))
        {
            var attempts = await attack.PlayAsync(cast.Stage, TestContext.Current.CancellationToken);
            Assert.NotEmpty(attempts);
            Assert.All(attempts, a => Assert.True(a.Repelled, $"{attack.Name}: {a.What} should be {a.Expected} and was {a.Actual}"));
        }

        var leaves = await site.Site.LeavesAsync();
        string[] labels = ["attack:replay", "attack:altered-amount", "attack:wrong-signer", "attack:stale-message", "attack:malformed", "attack:flood"];
        Assert.All(labels, l => Assert.Contains(leaves, leaf => leaf.Demo == l));
        Assert.Single(leaves, l => l is { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted });
        Assert.Contains(leaves, l => l.Kind == LeafKind.Event && l.Code == "too-large");
    }

    [Fact]
    public async Task What_detection_is_to_tell_of_passes_every_check()
    {
        await using var site = await SdkSite.StartAsync();
        await using var cast = await CastOnStage.StartAsync(site);
        foreach (var attack in AttackRounds.All().Where(a => a.IsTold))
            Assert.All(await attack.PlayAsync(cast.Stage, TestContext.Current.CancellationToken), a => Assert.True(a.Repelled, $"{attack.Name}: {a.What} should be {a.Expected} and was {a.Actual}"));
        var labels = (await site.Site.LeavesAsync()).Select(l => l.Demo).ToHashSet();
        Assert.Superset(new HashSet<string?> { "attack:false-delay", "attack:rebates" }, labels);
    }

    [Fact]
    public async Task What_policy_repels_is_repelled_by_the_shipped_policies()
    {
        Assert.SkipUnless(CedarModule.IsEmbedded, new CedarMissingException().Message);
        await using var site = await SdkSite.StartAsync(new TestSiteOptions
        {
            Services = services => services.AddPolicy(o =>
            {
                o.CacheDirectory = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "a2aconsole-tests-engine")).FullName;
                // A loaded machine is not the subject.
                o.Deadline = TimeSpan.FromSeconds(60);
            }).AddDecisions().AddApprovals(),
        });
        await site.Site.Get<IActivePolicy>().Ready.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        await using var cast = await CastOnStage.StartAsync(site);
        await GrantAsync(site.Site, (Cast.ProcurementApprover, "procurement"), (Cast.Forecast, "forecast"), (Cast.ApPayment, "payments"));

        // The flood last: it leaves no room for what others ask.
        foreach (var attack in AttackRounds.All().Where(a => a.NeedsPolicy).OrderBy(a => a is ApprovalFloodAttack))
        {
            var attempts = await attack.PlayAsync(cast.Stage, TestContext.Current.CancellationToken);
            Assert.NotEmpty(attempts);
            Assert.All(attempts, a => Assert.True(a.Repelled, $"{attack.Name}: {a.What} should be {a.Expected} and was {a.Actual}"));
        }
    }

    private static Task<int> GrantAsync(TestSite site, params (CastMember Member, string Role)[] grants) => site.QueryAsync(async db =>
    {
        var now = site.Time.GetUtcNow();
        foreach (var (member, role) in grants)
        {
            var agent = await db.Agents.SingleAsync(a => a.SpiffeId == member.SpiffeId);
            agent.Owner = "otto";
            db.Grants.Add(new Grant { AgentNumber = agent.Number, Role = role, Task = "*", Environments = member.Environment, NotBefore = now.AddMinutes(-1), NotAfter = now.AddDays(1), CreatedAt = now, CreatedBy = "user:test" });
        }
        return await db.SaveChangesAsync();
    });

    [Fact]
    public async Task A_recorded_message_is_refused_as_expired_a_round_later()
    {
        await using var site = await SdkSite.StartAsync();
        await using var cast = await CastOnStage.StartAsync(site);
        var replay = new ReplayAttack();

        await replay.PlayAsync(cast.Stage, TestContext.Current.CancellationToken);
        site.Site.Clock.Advance(TimeSpan.FromMinutes(3));
        var attempts = await replay.PlayAsync(cast.Stage, TestContext.Current.CancellationToken);

        Assert.Contains(attempts, a => a.Expected == "expired");
        Assert.All(attempts, a => Assert.True(a.Repelled, $"{a.What} should be {a.Expected} and was {a.Actual}"));
    }

    /// <summary>The demo's ten agents on a test site.</summary>
    private sealed class CastOnStage : IAsyncDisposable
    {
        private readonly Dictionary<CastMember, DemoAgent> _agents = [];
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("a2aconsole-demo-");

        public AttackStage Stage { get; private set; } = null!;

        public static async Task<CastOnStage> StartAsync(SdkSite site)
        {
            var cast = new CastOnStage();
            var demo = new DemoSite(site.Authority, site.Site.Edge, cast._directory.FullName, site.Site.Authority, site.Site.Time);
            foreach (var member in Cast.Senders)
                cast._agents[member] = await DemoAgent.StartAsync(demo, member, NullLogger.Instance, CancellationToken.None);
            cast.Stage = new AttackStage(demo, new SupplyStory(1, "a"), m => cast._agents[m].Client);
            return cast;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var agent in _agents.Values)
                await agent.DisposeAsync();
            _directory.Delete(recursive: true);
        }
    }
}
