using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Authority;
using A2AConsole.Web.Pages.Certificates;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Life;

/// <summary>Revoking as a whole: from the list of agents, from an authority's key, and the list of what was revoked.</summary>
public sealed class RevocationScreensTests : SitePages
{
    private int _one, _two;

    protected override async Task SeedAsync() => (_one, _two) = (await AddAgentAsync("b1", null), await AddAgentAsync("b2", null));

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<IComponent> page, string text)
        => page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(text, StringComparison.Ordinal));

    private IRenderedComponent<T> Open<T>(string address) where T : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<T>();
    }

    private Task<Agent> FindAsync(int number) => Site.QueryAsync(db => db.Agents.AsNoTracking().SingleAsync(a => a.Number == number));

    [Theory]
    [InlineData("?org=NordShip", RevocationScope.Organisation, "NordShip")]
    [InlineData("?role=carrier&state=active&q=x", RevocationScope.Role, "carrier")]
    [InlineData("?env=partner", RevocationScope.Environment, "partner")]
    [InlineData("?org=NordShip&role=carrier", null, null)]
    [InlineData("?q=carrier", null, null)]
    public void What_a_filtered_list_can_revoke_is_the_one_thing_that_it_is_filtered_by(string query, RevocationScope? scope, string? target)
        => Assert.Equal((scope, target), (AgentsView.Parse(query).Revocable?.Scope, AgentsView.Parse(query).Revocable?.Target));

    [Fact]
    public async Task An_analyst_revokes_an_organisation_from_its_agents_and_finds_the_act_in_the_list()
    {
        SignIn(Roles.Analyst, "analyst@acme.example");
        var organisation = (await FindAsync(_one)).Organisation;
        var dialogs = Dialogs();
        var page = Open<AgentsPage>("/agents?org=" + Uri.EscapeDataString(organisation));
        page.WaitForElement("[data-row]");
        Button(page, $"Revoke {organisation}").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("2 certificates of 2 agents are refused at once", dialogs.Find(".impact").TextContent, StringComparison.Ordinal));
        Assert.Empty(dialogs.FindAll("input[name=scope]"));
        dialogs.Find("#revoke-reason").Change("keyCompromise");
        dialogs.Find("#revoke-note").Input("their build host was broken into");
        await Button(dialogs, "Revoke 2 certificates").ClickAsync(new());
        Assert.Equal(AgentState.Active, (await FindAsync(_one)).State);
        dialogs.Find("#revoke-typed").Input(organisation);
        await Button(dialogs, "Revoke 2 certificates").ClickAsync(new());
        Assert.Equal((AgentState.Revoked, AgentState.Revoked), ((await FindAsync(_one)).State, (await FindAsync(_two)).State));

        var list = Open<RevocationsPage>(RevocationsPage.Path);
        var row = list.WaitForElement("[data-row]").TextContent;
        Assert.All(["Organisation", organisation, "2 all", "Key stolen, or may have been", "their build host was broken into", "analyst@acme.example"],
            part => Assert.Contains(part, row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_may_not_reach_so_far_is_told_who_may()
    {
        SignIn(Roles.Owner, "owner@acme.example");
        var page = Open<AgentsPage>("/agents?org=" + Uri.EscapeDataString((await FindAsync(_one)).Organisation));
        page.WaitForElement("[data-row]");
        var button = Button(page, "Revoke ");
        Assert.Equal("true", button.GetAttribute("aria-disabled"));
        Assert.Contains("nalyst", button.GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_authoritys_key_signed_is_revoked_from_its_row()
    {
        SignIn(Roles.Administrator, "admin@acme.example");
        var dialogs = Dialogs();
        var page = Open<AuthorityPage>("/authority");
        page.WaitForElement(".stepper");
        Button(page, "Revoke what it signed").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("2 certificates of 2 agents", dialogs.Find(".impact").TextContent, StringComparison.Ordinal));
        var key = (await Site.QueryAsync(db => db.Certificates.AsNoTracking().FirstAsync())).IssuerKeyId;
        dialogs.Find("#revoke-reason").Change("superseded");
        dialogs.Find("#revoke-note").Input("signed on a host that is not ours");
        dialogs.Find("#revoke-typed").Input(key[..12]);
        await Button(dialogs, "Revoke 2 certificates").ClickAsync(new());
        Assert.Equal((AgentState.Revoked, AgentState.Revoked), ((await FindAsync(_one)).State, (await FindAsync(_two)).State));
    }

    [Fact]
    public async Task An_act_that_still_runs_says_how_far_it_is_and_pages_go_by_leaf()
    {
        await Site.QueryAsync(async db =>
        {
            foreach (var i in Enumerable.Range(0, 60))
                db.Revocations.Add(new Revocation { Id = 1_000 + i, Scope = RevocationScope.Role, Target = $"role-{i}", Reason = RevocationReason.Superseded, At = TestStart, Actor = "user:a", FinishedAt = TestStart, Certificates = i });
            db.Revocations.Add(new Revocation { Id = 2_000, Scope = RevocationScope.Environment, Target = "test", Reason = RevocationReason.KeyCompromise, At = TestStart, Actor = "user:a", Certificates = 3 });
            db.Revocations.Add(new Revocation { Id = 2_001, Scope = RevocationScope.Certificate, Target = "00aa", Reason = RevocationReason.Superseded, At = TestStart, Actor = "user:a", FinishedAt = TestStart, Certificates = 1 });
            return await db.SaveChangesAsync();
        });
        SignIn(Roles.Auditor, "auditor@acme.example");
        var list = Open<RevocationsPage>(RevocationsPage.Path);
        Assert.Contains("3 of 5", list.WaitForElement("#revocation-2000").TextContent, StringComparison.Ordinal);
        Assert.Empty(list.FindAll("#revocation-2001"));
        Assert.Equal(50, list.FindAll("[data-row]").Count);

        var queries = Site.Get<RevocationQueries>();
        var second = await queries.PageAsync(1_011, null, 50);
        Assert.Equal((11, true, false), (second.Rows.Count, second.HasPrevious, second.HasNext));
        var back = await queries.PageAsync(null, 1_010, 50);
        Assert.Equal((2_000, 1_011, 50), (back.Rows[0].Id, back.Rows[^1].Id, back.Rows.Count));
    }

    private static DateTimeOffset TestStart => Testing.TestSite.Start;
}
