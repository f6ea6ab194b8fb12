using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Policy;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Grants;
using A2AConsole.Policy.Life;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Policies;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Policies;

/// <summary>The pages on policies over the shipped bundle, with its engine.</summary>
public sealed class PolicyPagesTests : SitePages
{
    private const string Ann = "ann@acme.example", Bob = "bob@acme.example", Olga = "olga@acme.example";

    private int _agent;

    private PolicyQueries Queries => Site.Get<PolicyQueries>();

    protected override void Configure(IServiceCollection services)
        => services.AddPolicy(o => (o.CacheDirectory, o.Deadline) = (Path.Combine(Path.GetTempPath(), "a2aconsole-test-engine"), TimeSpan.FromSeconds(30)));

    protected override void ForwardMore()
    {
        Forward<PolicyEngine>();
        Forward<ActivePolicy>();
        Forward<IActivePolicy>();
        Forward<PolicyLife>();
        Forward<PolicyJobs>();
        Forward<PolicyComparison>();
        Forward<GrantService>();
    }

    protected override async Task SeedAsync()
    {
        Assert.SkipUnless(CedarModule.IsEmbedded, new CedarMissingException().Message);
        await AddPeopleAsync((Ann, Roles.Administrator), (Bob, Roles.Manager), (Olga, Roles.Owner), ("auditor@acme.example", Roles.Auditor));
        _agent = await AddAgentAsync("buyer-1", Olga);
        await Site.Get<ActivePolicy>().Ready;
    }

    private async Task<PolicyVersionRow> ActiveAsync() => (await Queries.VersionsAsync()).Single(v => v.State == PolicyVersionState.Active);

    private Task<int> DraftAsync(PolicyVersionRow active) => Site.Get<PolicyLife>().DraftAsync(active.Id, "9.9.9", "for a test", Ann);

    private IRenderedComponent<PolicyVersionPage> Open(int id, string? tab = null)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(PolicyAddress.Version(id, tab));
        var page = Render<PolicyVersionPage>(p => p.Add(c => c.Version, id));
        page.WaitForElement(".version-facts");
        return page;
    }

    [Fact]
    public async Task The_page_says_what_decides_and_who_may_change_it()
    {
        SignIn(Roles.Auditor, "auditor@acme.example");
        var active = await ActiveAsync();
        var page = Render<PoliciesPage>();
        page.WaitForElement("[data-row]");
        Assert.StartsWith($"supply-chain {active.Version} decides since", page.Find(".says").TextContent, StringComparison.Ordinal);
        Assert.Contains("Active", page.Find("[data-row]").TextContent, StringComparison.Ordinal);
        var draft = page.FindAll("button").Single(b => b.TextContent.Contains("Draft a change", StringComparison.Ordinal));
        Assert.Equal(("true", "An auditor may not draft changes to the policies. An analyst or administrator may."), (draft.GetAttribute("aria-disabled"), draft.GetAttribute("title")));
    }

    [Fact]
    public async Task An_administrator_drafts_a_change_and_is_told_where_it_is_wrong_while_she_types()
    {
        SignIn(Roles.Administrator, Ann);
        var id = await DraftAsync(await ActiveAsync());
        var page = Open(id);
        page.FindAll("button").Single(b => b.TextContent.Trim() == "Edit").Click();
        var path = page.Find("#file-title").TextContent;
        var before = (await Queries.FindAsync(id))!.Digest;

        page.Find("#policy-text").Input("@id(\"x\")\npermit (principal, action, resource) when { context.nothing };");
        page.WaitForAssertion(() =>
        {
            Site.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Contains($"{path}:2:", page.Find(".problems").TextContent, StringComparison.Ordinal);
        });
        Assert.Contains(page.FindAll(".file-list a"), a => a.TextContent.Contains("has errors", StringComparison.Ordinal));

        await page.Find("form.editor").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("context.nothing", page.Find(".policy-code").TextContent, StringComparison.Ordinal));
        Assert.NotEqual(before, (await Queries.FindAsync(id))!.Digest);
        Assert.Contains("forbid", Render<PolicyCode>(p => p.Add(c => c.Text, "forbid (principal, action, resource);").Add(c => c.Label, "x").Add(c => c.IsCedar, true)).Find(".tok-effect").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_else_drafted_can_be_read_and_not_edited()
    {
        var id = await DraftAsync(await ActiveAsync());
        SignIn(Roles.Analyst, Bob);
        var page = Open(id);
        var edit = page.FindAll("button").Single(b => b.TextContent.Trim() == "Edit");
        Assert.Equal("true", edit.GetAttribute("aria-disabled"));
        Assert.Contains("draft is " + Ann, edit.GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_approves_what_she_drafted_and_a_manager_does()
    {
        var id = await DraftAsync(await ActiveAsync());
        var life = Site.Get<PolicyLife>();
        Assert.True((await life.TestAsync(id, Ann)).IsGood);
        await life.ShadowAsync(id, Ann);
        SignIn(Roles.Administrator, Ann);
        var own = Open(id).FindAll("button").Single(b => b.TextContent.Trim() == "Approve");
        Assert.Contains("Nobody approves a version of her own", own.GetAttribute("title"), StringComparison.Ordinal);

        SignIn(Roles.Manager, Bob);
        var dialogs = Dialogs();
        Open(id).FindAll("button").Single(b => b.TextContent.Trim() == "Approve").Click();
        dialogs.WaitForElement("#confirm-reason").Input("read it line by line");
        await dialogs.Find("#confirm-form").SubmitAsync();
        Assert.Equal((PolicyVersionState.Approved, Bob), ((await Queries.FindAsync(id))!.State, (await Queries.FindAsync(id))!.ApprovedBy));
    }

    [Fact]
    public async Task The_changes_of_a_draft_are_told_in_text_and_in_effect()
    {
        SignIn(Roles.Administrator, Ann);
        var active = await ActiveAsync();
        var id = await DraftAsync(active);
        var file = System.Text.Encoding.UTF8.GetString(Policy.Bundles.StoredFiles.Read((await Queries.FilesAsync(id))!.Files, "")["20-guards.cedar"].Span);
        await Site.Get<PolicyLife>().SaveAsync(id, (await Queries.FindAsync(id))!.Digest, "20-guards.cedar", file.Replace("context.risk > 100", "context.risk > 50", StringComparison.Ordinal), Ann);
        var page = Open(id, "changes");
        page.WaitForElement("#decided-title");
        Assert.Contains("bad-figures", page.Find(".changed").TextContent, StringComparison.Ordinal);
        Assert.Contains("decided differently", page.Find("#decided-title").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_without_a_grant_says_so_and_an_administrator_gives_one()
    {
        SignIn(Roles.Administrator, Ann);
        var dialogs = Dialogs();
        var agent = (await Services.GetRequiredService<AgentDetailQueries>().FindAsync(_agent))!;
        var card = Render<AgentGrants>(p => p.Add(c => c.Agent, agent).Add(c => c.User, Principal(Roles.Administrator, Ann)));
        card.WaitForAssertion(() => Assert.Equal("It is granted nothing", card.Find("#grants-title").TextContent));
        card.FindAll("button").Single(b => b.TextContent.Trim() == "Grant").Click();
        dialogs.WaitForElement("#grant-role").Change("procurement");
        dialogs.Find("#grant-reason").Input("buys for the north");
        await dialogs.Find("#grant-form").SubmitAsync();
        card.WaitForAssertion(() => Assert.Equal("It may act as procurement", card.Find("#grants-title").TextContent));
        Assert.Equal("procurement", Assert.Single(await Site.Get<GrantQueries>().OfAgentAsync(_agent)).Role);
    }

    private static System.Security.Claims.ClaimsPrincipal Principal(string role, string name)
        => new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Name, name), new(System.Security.Claims.ClaimTypes.Role, role)], "test"));
}
