using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Policy.Grants;
using A2AConsole.Policy.Tests.Life;
using A2AConsole.Testing;

namespace A2AConsole.Policy.Tests.Grants;

/// <summary>Nobody makes an agent able to do more than she may, and every grant is on the ledger.</summary>
public sealed class GrantServiceTests
{
    private const string Owner = "olga", Agent = "dock-1";
    private static readonly GrantActor Admin = new("ann", true), Olga = new(Owner, false), Other = new("otto", false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_gives_and_takes_back()
    {
        await using var site = await StartAsync();
        var plan = await PlanAsync(site);
        var id = await site.Site.Get<GrantService>().GiveAsync(plan with { CostLimit = 500_000 }, Admin, cancellationToken: Token);
        var row = Assert.Single(await site.Grants.OfAgentAsync(plan.AgentNumber, cancellationToken: Token));
        Assert.Equal(("buyer", "*", "test", 500_000L, "ann", true), (row.Role, row.Task, row.Environments, row.CostLimit, row.CreatedBy, row.IsLive(site.Now)));
        var leaf = (await site.LeavesAsync())[^1];
        Assert.Equal(("user:ann", row.SpiffeId, plan.NotAfter), (leaf.Actor, leaf.Subject, leaf.Expires));
        Assert.Contains("may act as buyer in test for any task until 2026-07-01 08:00 UTC, at most 5,000.00 EUR an action: they buy", leaf.Detail, StringComparison.Ordinal);

        await site.Site.Get<GrantService>().RevokeAsync(id, "not needed", Admin, Token);
        Assert.Empty(await site.Grants.LiveAsync(site.Now, cancellationToken: Token));
        await RefusedAsync(GrantRules.Ended, () => site.Site.Get<GrantService>().RevokeAsync(id, "once more", Admin, Token));
        Assert.Equal(LeafKind.Policy, (await site.LeavesAsync())[^1].Kind);
    }

    [Fact]
    public async Task An_owner_goes_on_with_what_her_agent_has_and_gives_nothing_wider()
    {
        await using var site = await StartAsync();
        var plan = await PlanAsync(site);
        var grants = site.Site.Get<GrantService>();
        await RefusedAsync(GrantRules.Wider, () => grants.GiveAsync(plan, Olga, cancellationToken: Token));
        var given = await grants.GiveAsync(plan with { CostLimit = 500_000 }, Admin, cancellationToken: Token);
        await RefusedAsync(GrantRules.Wider, () => grants.GiveAsync(plan, Olga, cancellationToken: Token));
        await RefusedAsync(GrantRules.Wider, () => grants.GiveAsync(plan with { CostLimit = 500_001 }, Olga, cancellationToken: Token));
        await RefusedAsync(GrantRules.Wider, () => grants.GiveAsync(plan with { CostLimit = 500_000, Environments = ["test", "prod"] }, Olga, cancellationToken: Token));
        await RefusedAsync(GrantRules.Wider, () => grants.GiveAsync(plan with { CostLimit = 500_000, Role = "seller" }, Olga, cancellationToken: Token));
        await RefusedAsync(GrantRules.Times, () => grants.GiveAsync(plan with { CostLimit = 500_000, NotAfter = site.Now.AddDays(91) }, Olga, cancellationToken: Token));
        await RefusedAsync(GrantRules.NotOwner, () => grants.GiveAsync(plan with { CostLimit = 500_000 }, Other, cancellationToken: Token));
        await grants.GiveAsync(plan with { CostLimit = 400_000, Task = "spring" }, Olga, cancellationToken: Token);
        // What was taken back is no ground for another one.
        await RefusedAsync(GrantRules.NotOwner, () => grants.RevokeAsync(given, "mine now", Other, Token));
        await grants.RevokeAsync(given, "too much", Olga, Token);
        await RefusedAsync(GrantRules.Wider, () => grants.GiveAsync(plan with { CostLimit = 500_000 }, Olga, cancellationToken: Token));
    }

    [Theory]
    [InlineData(GrantRules.RoleUnknown, "king", "*", "test", 30, 100)]
    [InlineData(GrantRules.Task, "buyer", "", "test", 30, 100)]
    [InlineData(GrantRules.Task, "buyer", "a b", "test", 30, 100)]
    [InlineData(GrantRules.Environment, "buyer", "*", "prod", 30, 100)]
    [InlineData(GrantRules.Environment, "buyer", "*", "test,te st", 30, 100)]
    [InlineData(GrantRules.Times, "buyer", "*", "test", 0, 100)]
    [InlineData(GrantRules.Times, "buyer", "*", "test", 367, 100)]
    [InlineData(GrantRules.Limits, "buyer", "*", "test", 30, 0)]
    public async Task What_would_never_count_or_always_is_refused(string code, string role, string task, string environments, int days, long limit)
    {
        await using var site = await StartAsync();
        var plan = await PlanAsync(site) with { Role = role, Task = task, Environments = environments.Split(','), NotAfter = site.Now.AddDays(days), CostLimit = limit };
        await RefusedAsync(code, () => site.Site.Get<GrantService>().GiveAsync(plan, Admin, cancellationToken: Token));
        Assert.Empty(await site.Grants.OfAgentAsync(plan.AgentNumber, cancellationToken: Token));
    }

    [Fact]
    public async Task An_agent_out_of_service_is_granted_nothing()
    {
        await using var site = await StartAsync();
        var plan = await PlanAsync(site);
        await site.Site.QueryAsync(async db =>
        {
            (await db.Agents.FindAsync([plan.AgentNumber], Token))!.State = AgentState.Retired;
            return await db.SaveChangesAsync(Token);
        });
        await RefusedAsync(GrantRules.OutOfService, () => site.Site.Get<GrantService>().GiveAsync(plan, Admin, cancellationToken: Token));
    }

    private static Task<PolicySite> StartAsync() => PolicySite.StartAsync(Cedar.Files("""
        @id("buyer") permit (principal, action == T::Action::"do", resource) when { context.role == T::Role::"buyer" || context.role == T::Role::"seller" };
        """, tests: """{"tests": []}""", schema: """
        namespace T {
          entity Human; entity Role; entity Agent = { tier: Long }; entity Thing;
          action do appliesTo { principal: Agent, resource: Thing, context: { role: Role } };
        }
        """));

    private static async Task<GrantPlan> PlanAsync(PolicySite site)
    {
        var number = await site.Site.QueryAsync(async db =>
        {
            var agent = (await AgentSeed.AddAgentsAsync(db, 1, site.Now))[0];
            db.ChangeTracker.AutoDetectChangesEnabled = true;
            db.Attach(agent);
            (agent.Environment, agent.Owner, agent.State, agent.Name) = ("test", Owner, AgentState.Active, Agent);
            await db.SaveChangesAsync(Token);
            return agent.Number;
        });
        return new GrantPlan(number, "buyer", GrantRules.AnyTask, ["test"], site.Now, site.Now.AddDays(30), null, null, "they buy");
    }

    private static async Task RefusedAsync(string code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<GrantRefusedException>(act)).Code);
}
