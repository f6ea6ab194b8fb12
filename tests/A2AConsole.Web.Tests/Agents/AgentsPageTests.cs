using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Agents;

public sealed class AgentsPageTests : AgentPagesContext
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void A_filter_in_the_address_filters_the_list_and_shows_in_its_fields()
    {
        SignIn(Roles.Analyst);
        Navigation.NavigateTo("/agents?env=staging&sort=-refused");
        var page = Render<AgentsPage>();
        var expected = Agents.Where(a => a.Environment == "staging").OrderByDescending(a => a.Refused).ThenBy(a => a.Number).Take(50).Select(a => $"agent-{a.Number}");
        Assert.Equal(expected, page.FindAll("tbody tr").Select(r => r.Id));
        Assert.Equal("staging", page.Find("#agents-env").GetAttribute("value"));
        Assert.Equal("descending", page.FindAll("th").Single(t => t.TextContent.Contains("Refused", StringComparison.Ordinal)).GetAttribute("aria-sort"));
    }

    [Fact]
    public void Changing_a_filter_changes_the_address_and_starts_at_the_first_page()
    {
        SignIn(Roles.Analyst);
        Navigation.NavigateTo("/agents?after=" + Uri.EscapeDataString(new AgentCursor("customs-00010", 30).ToString()));
        var page = Render<AgentsPage>();
        page.Find("#agents-owner").Change(AgentsView.NoOwner);
        Assert.EndsWith("/agents?owner=none", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal(Agents.Count(a => a.Owner is null), page.FindAll("tbody tr").Count);
    }

    [Fact]
    public void Who_may_not_enrol_agents_is_told_who_may_and_no_dialog_opens()
    {
        SignIn(Roles.Auditor);
        var page = Render<AgentsPage>();
        var button = page.FindAll("button").Single(b => b.TextContent.Contains("Enrol an agent", StringComparison.Ordinal));
        Assert.Equal("true", button.GetAttribute("aria-disabled"));
        button.Click();
        Assert.Contains("An auditor may not invite agents", page.Find(".why").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_result_says_why_and_what_to_do()
    {
        SignIn(Roles.Analyst);
        Navigation.NavigateTo("/agents?q=nothing-is-called-so");
        var page = Render<AgentsPage>();
        Assert.Contains("No agent passes this filter", page.Markup, StringComparison.Ordinal);
        Assert.Equal("/agents", page.Find(".empty a").GetAttribute("href"));
    }

    [Fact]
    public void A_view_survives_its_address()
    {
        var view = new AgentsView
        {
            Filter = new AgentFilter
            {
                Text = "a&b=c", Environment = "production", Role = "carrier", Organisation = "Kestrel Components", Owner = "x+y@acme.example",
                State = AgentState.Active, Tier = RiskTier.High, Life = CertificateZone.Late,
            },
            Sort = AgentSort.LastSeen,
            Descending = true,
            After = new AgentCursor("638000000000000000", 7),
        };
        Assert.Equal(view, AgentsView.Parse(new Uri("http://localhost" + view.Url).Query));
        Assert.Equal("/agents", new AgentsView().Url);
        Assert.Equal(new AgentsView(), AgentsView.Parse("?state=7&tier=none&life=x&sort=&after=zz"));
    }

    [Fact]
    public void An_agent_is_found_by_number_by_identity_and_by_our_own_links()
    {
        SignIn(Roles.Auditor);
        var agent = Active;
        var canonical = $"/agents/{agent.Environment}/{agent.Role}/{agent.SpiffeId[(agent.SpiffeId.LastIndexOf('/') + 1)..]}";
        foreach (var address in new[] { agent.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), Uri.EscapeDataString(agent.SpiffeId), agent.SpiffeId, canonical["/agents/".Length..] })
        {
            Navigation.NavigateTo("/agents/" + address);
            Render<AgentPage>(p => p.Add(x => x.Address, address));
            Assert.EndsWith(canonical, Navigation.Uri, StringComparison.Ordinal);
        }
        var page = Render<AgentPage>(p => p.Add(x => x.Address, canonical["/agents/".Length..]));
        Assert.Contains(agent.SpiffeId, page.Markup, StringComparison.Ordinal);
        Assert.Contains("It addressed 7 counterparties", page.Markup, StringComparison.Ordinal);
        Assert.Contains("No agent has this address", Render<AgentPage>(p => p.Add(x => x.Address, "a/b/c")).Markup, StringComparison.Ordinal);
    }
}
