using System.Security.Claims;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Reviews;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Reviews;

public sealed class ReviewPagesTests : SitePages
{
    private const string Owner = "owner@acme.example", Other = "other@acme.example", Manager = "manager@acme.example";
    private static readonly ReviewActor Overseer = new(Manager, true);

    private int _b1, _b2, _b3, _campaign;

    private ReviewQueries Reviews => Site.Get<ReviewQueries>();

    protected override void Configure(IServiceCollection services)
        => services.Remove(services.Single(d => d.ImplementationType?.Name == "ReviewUpkeep"));

    protected override async Task SeedAsync()
    {
        await AddPeopleAsync((Owner, Roles.Owner), (Other, Roles.Owner), (Manager, Roles.Manager), ("auditor@acme.example", Roles.Auditor));
        (_b1, _b2, _b3) = (await AddAgentAsync("b1", Owner), await AddAgentAsync("b2", Owner), await AddAgentAsync("b3", null));
        var now = Site.Time.GetUtcNow();
        _campaign = await Site.Get<IReviews>().OpenAsync(new ReviewPlan("Autumn", new AgentFilter { Role = "planner" }, now.AddDays(14), now.AddDays(21)), Overseer);
    }

    private IRenderedComponent<CampaignPage> Open(int? agent = null, string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(new ReviewView { Campaign = _campaign, Agent = agent }.Url + query);
        var page = Render<CampaignPage>(p => p.Add(c => c.Campaign, _campaign).Add(c => c.Agent, agent));
        page.WaitForElement(agent is null ? ".card.list" : ".panel .facts");
        return page;
    }

    [Fact]
    public void An_owner_sees_first_how_much_waits_for_her()
    {
        SignIn(Roles.Owner, Owner);
        var page = Render<ReviewsPage>();
        page.WaitForElement("[data-row]");
        Assert.Contains("2 agents wait for your decision; the first is due in 14 days.", page.Find(".says").TextContent, StringComparison.Ordinal);
        Assert.Contains("0 of 3", page.Find("[data-row]").TextContent, StringComparison.Ordinal);
        // Opening one leads to her own agents in it.
        Assert.EndsWith($"/reviews/{_campaign}?mine=1", page.Find("a[data-open]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("true", page.FindAll("button").Single(b => b.TextContent.Contains("Open a campaign", StringComparison.Ordinal)).GetAttribute("aria-disabled"));
    }

    [Fact]
    public void Nothing_waits_for_whom_nothing_waits()
    {
        SignIn(Roles.Auditor, "auditor@acme.example");
        var page = Render<ReviewsPage>();
        page.WaitForAssertion(() => Assert.Contains("Nothing waits for you.", page.Find(".says").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_owner_confirms_her_agent_with_a_reason_and_goes_on_to_the_next()
    {
        SignIn(Roles.Owner, Owner);
        var page = Open(_b1);
        var form = page.Find("section[aria-labelledby=decide-title] form");
        await form.SubmitAsync();
        Assert.Contains("A reason is needed", page.Find("#review-fault").TextContent, StringComparison.Ordinal);
        Assert.Equal(3, (await Reviews.CampaignAsync(_campaign, null))!.Pending);

        page.Find("#review-reason").Input("still plans the north");
        await page.Find("section[aria-labelledby=decide-title] form").SubmitAsync();
        var review = (await Reviews.ItemAsync(_campaign, _b1))!;
        Assert.Equal((ReviewDecision.Confirmed, Owner, "still plans the north"), (review.Decision, review.DecidedBy, review.Reason));
        page.WaitForAssertion(() => Assert.Contains("1 of 3", page.Find(".campaign-facts").TextContent, StringComparison.Ordinal));
        Assert.Contains(page.FindAll(".panel a"), a => a.TextContent == "Next agent" && a.GetAttribute("href")!.Contains($"/{_b2}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_names_the_new_owner_and_who_answers_for_what()
    {
        SignIn(Roles.Owner, Owner);
        var page = Open(_b1);
        page.WaitForElement("input[name=decision]");
        page.FindAll("input[name=decision]")[1].Change(true);
        Assert.DoesNotContain("auditor@acme.example", page.Find("#review-owner").TextContent, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains(Other, page.Find("#review-owner").TextContent, StringComparison.Ordinal));
        page.Find("#review-owner").Change(Other);
        page.Find($"#duty-{Duty.RespondsToCompromise}").Change("soc team");
        page.Find("#review-reason").Input("moved to the other team");
        await page.Find("section[aria-labelledby=decide-title] form").SubmitAsync();
        var review = (await Reviews.ItemAsync(_campaign, _b1))!;
        Assert.Equal((ReviewDecision.Changed, Other), (review.Decision, review.Owner));
        Assert.Contains("who responds to its compromise from nobody to soc team", review.Changes, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_not_decide_is_told_who_may()
    {
        SignIn(Roles.Owner, Other);
        var page = Open(_b1);
        Assert.Contains($"{Owner} decides here", page.Find(".panel").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".panel form"));
    }

    [Fact]
    public async Task A_lapse_is_shown_with_what_it_holds_and_how_to_end_it()
    {
        Site.Clock.Advance(TimeSpan.FromDays(22));
        await Site.Get<IReviews>().AdvanceAsync();
        SignIn(Roles.Owner, Owner);
        var page = Open(_b1);
        Assert.Contains("3 agents' renewals are held", page.Find(".says").TextContent, StringComparison.Ordinal);
        Assert.Contains("this agent's certificates are not renewed", page.Find(".panel .notice").TextContent, StringComparison.Ordinal);
        page.Find("#review-reason").Input("sorry, was on leave");
        await page.Find("section[aria-labelledby=decide-title] form").SubmitAsync();
        Assert.Null((await Reviews.ItemAsync(_campaign, _b1))!.RenewalHeldAt);
    }

    [Fact]
    public void The_list_filters_by_whose_and_by_standing_in_its_address()
    {
        SignIn(Roles.Owner, Owner);
        Assert.Equal(3, Open().FindAll("[data-row]").Count);
        Assert.Equal(2, Open(query: "?mine=1").FindAll("[data-row]").Count);
        Assert.Empty(Open(query: "?stands=decided").FindAll("[data-row]"));
    }

    private static ClaimsPrincipal Person(string role, string name) => new(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, role)], "test"));

    [Fact]
    public async Task The_server_holds_the_rules_for_each_role_whatever_a_page_showed()
    {
        var actions = Services.GetRequiredService<ReviewActions>();
        var now = Site.Time.GetUtcNow();
        var plan = new ReviewPlan("Winter", AgentFilter.Everything, now.AddDays(1), now.AddDays(2));
        var confirm = new ReviewVerdict(ReviewDecision.Confirmed, "looks fine to me");
        foreach (var role in new[] { Roles.Owner, Roles.Analyst, Roles.Auditor })
        {
            var person = Person(role, "someone@acme.example");
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.OpenAsync(person, plan));
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.RemindAsync(person, _campaign));
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.FinishAsync(person, _campaign));
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.CancelAsync(person, _campaign, "because I can"));
        }
        // Even with the owner's own name an auditor changes nothing.
        await Assert.ThrowsAsync<NotPermittedException>(() => actions.DecideAsync(Person(Roles.Auditor, Owner), _campaign, _b1, confirm));
        await Assert.ThrowsAsync<ReviewRefusedException>(() => actions.DecideAsync(Person(Roles.Owner, Other), _campaign, _b1, confirm));
        await Assert.ThrowsAsync<ReviewRefusedException>(() => actions.DecideAsync(Person(Roles.Analyst, "analyst@acme.example"), _campaign, _b3, confirm));
        await Assert.ThrowsAsync<ReviewRefusedException>(() => actions.DelegateAsync(Person(Roles.Owner, Other), _campaign, _b1, Other, "let me do it"));
        Assert.Equal(3, (await Reviews.CampaignAsync(_campaign, null))!.Pending);

        await actions.DecideAsync(Person(Roles.Owner, Owner), _campaign, _b1, confirm);
        await actions.DelegateAsync(Person(Roles.Owner, Owner), _campaign, _b2, Other, "on leave next week");
        await actions.DecideAsync(Person(Roles.Owner, Other), _campaign, _b2, confirm);
        await actions.DecideAsync(Person(Roles.Administrator, "admin@acme.example"), _campaign, _b3, confirm);
        await actions.FinishAsync(Person(Roles.Manager, Manager), _campaign);
        Assert.True((await Reviews.CampaignAsync(_campaign, null))!.HasRecord);
        Assert.True(await actions.OpenAsync(Person(Roles.Administrator, "admin@acme.example"), plan) > _campaign);
    }

    [Fact]
    public async Task A_delegate_cannot_take_the_agent_for_herself()
    {
        var actions = Services.GetRequiredService<ReviewActions>();
        await actions.DelegateAsync(Person(Roles.Owner, Owner), _campaign, _b1, Other, "on leave next week");
        var delegated = Person(Roles.Owner, Other);
        var mine = new ReviewVerdict(ReviewDecision.Changed, "mine from now on", Other);
        var duties = new ReviewVerdict(ReviewDecision.Changed, "mine from now on", null, new Dictionary<Duty, string> { [Duty.RespondsToCompromise] = Other });
        foreach (var verdict in new[] { mine, duties, mine with { Decision = ReviewDecision.Confirmed } })
            Assert.Equal("review-delegate-reassigns", (await Assert.ThrowsAsync<ReviewRefusedException>(() => actions.DecideAsync(delegated, _campaign, _b1, verdict))).Code);
        // The store's own change refuses as well: nothing rests on who calls it.
        await using (var db = await Site.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<Data.ConsoleDbContext>>().CreateDbContextAsync())
            Assert.Equal("review-delegate-reassigns", Assert.Throws<ReviewRefusedException>(() => ReviewChanges.Decide(db, 1, _campaign, _b1, mine, new ReviewActor(Other, false), Site.Time.GetUtcNow())).Code);
        var review = (await Reviews.ItemAsync(_campaign, _b1))!;
        Assert.Equal((Owner, ReviewDecision.Pending), (review.Owner, review.Decision));
        // Who answers for an agent but may not say so elsewhere, does not here.
        await Assert.ThrowsAsync<NotPermittedException>(() => actions.DecideAsync(Person(Roles.Analyst, Owner), _campaign, _b1, mine));

        // The page does not offer it, and takes her note.
        SignIn(Roles.Owner, Other);
        var page = Open(_b1);
        page.WaitForElement("input[name=decision]");
        page.FindAll("input[name=decision]")[1].Change(true);
        Assert.Empty(page.FindAll("#review-owner"));
        page.Find("#review-tier").Change("rather high");
        page.Find("#review-reason").Input("it moves money now");
        await page.Find("section[aria-labelledby=decide-title] form").SubmitAsync();
        review = (await Reviews.ItemAsync(_campaign, _b1))!;
        Assert.Equal((ReviewDecision.Changed, Other, Owner), (review.Decision, review.DecidedBy, review.Owner));
        await actions.DecideAsync(Person(Roles.Owner, Owner), _campaign, _b1, mine);
        Assert.Equal(Other, (await Reviews.ItemAsync(_campaign, _b1))!.Owner);
    }

    [Fact]
    public async Task A_manager_opens_a_campaign_over_what_she_chose()
    {
        SignIn(Roles.Manager, Manager);
        var dialogs = Dialogs();
        var page = Render<ReviewsPage>();
        // Not awaited: the click ends when the dialog does.
        page.FindAll("button").Single(b => b.TextContent.Contains("Open a campaign", StringComparison.Ordinal)).Click();
        dialogs.WaitForElement("#campaign-title").Input("Without owners");
        await dialogs.Find("#campaign-owner").ChangeAsync(new() { Value = AgentsView.NoOwner });
        dialogs.WaitForAssertion(() => Assert.Contains("Ask the owners of 1 agent", dialogs.Markup, StringComparison.Ordinal));
        await dialogs.Find("#campaign-form").SubmitAsync();
        var opened = (await Reviews.CampaignsAsync(null)).Single(c => c.Title == "Without owners");
        Assert.Equal((1, "without an owner"), (opened.Total, opened.Covers));
        Assert.EndsWith($"/reviews/{opened.Id}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }
}
