using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Findings;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Authority;
using A2AConsole.Web.Pages.Certificates;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace A2AConsole.Web.Tests.Life;

/// <summary>What people do to agents, findings and authorities: the pages, and the rules that hold whatever a page showed.</summary>
public sealed class LifeScreensTests : SitePages
{
    private const string Owner = "owner@acme.example", Other = "other@acme.example", Admin = "admin@acme.example";

    private int _b1, _b2;

    protected override void Configure(IServiceCollection services)
        => services.Remove(services.Single(d => d.ImplementationType?.Name == "ReviewUpkeep"));

    protected override async Task SeedAsync()
    {
        await AddPeopleAsync((Owner, Roles.Owner), (Other, Roles.Owner), (Admin, Roles.Administrator));
        (_b1, _b2) = (await AddAgentAsync("b1", Owner), await AddAgentAsync("b2", null));
    }

    private Task<Agent> FindAsync(int number) => Site.QueryAsync(db => db.Agents.AsNoTracking().SingleAsync(a => a.Number == number));

    private IRenderedComponent<AgentPage> OpenAgent(string name)
    {
        var id = SpiffeId.Parse(Site.Identity(name));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/agents/{id.Environment}/{id.Role}/{id.Name}");
        var page = Render<AgentPage>(p => p.Add(a => a.Address, $"{id.Environment}/{id.Role}/{id.Name}"));
        page.WaitForElement("#answers-title");
        return page;
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<IComponent> page, string text)
        => page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(text, StringComparison.Ordinal));

    private static async Task ConfirmAsync(IRenderedComponent<MudDialogProvider> dialogs, string reason, string? typed = null)
    {
        dialogs.WaitForElement("#confirm-reason").Input(reason);
        if (typed is not null)
            dialogs.Find("#confirm-typed").Input(typed);
        await dialogs.Find("#confirm-form").SubmitAsync();
    }

    [Fact]
    public async Task An_owner_suspends_her_agent_and_the_page_says_what_that_means()
    {
        SignIn(Roles.Owner, Owner);
        var dialogs = Dialogs();
        var page = OpenAgent("b1");
        Button(page, "Suspend").Click();
        Assert.Contains("closes its connections within a second", dialogs.WaitForElement(".impact").TextContent, StringComparison.Ordinal);
        await dialogs.Find("#confirm-form").SubmitAsync();
        Assert.Contains("A reason is needed", dialogs.Find("#confirm-fault").TextContent, StringComparison.Ordinal);
        Assert.Equal(AgentState.Active, (await FindAsync(_b1)).State);

        await ConfirmAsync(dialogs, "looks into a strange order");
        Assert.Equal(AgentState.Suspended, (await FindAsync(_b1)).State);
        page.WaitForAssertion(() => Assert.Contains("Held back", page.Find(".says").TextContent, StringComparison.Ordinal));
        // The step is in its story with who and why.
        page.WaitForAssertion(() => Assert.Contains("looks into a strange order", page.Find("section[aria-labelledby=story-title]").TextContent, StringComparison.Ordinal));
        Button(page, "Resume").Click();
        await ConfirmAsync(dialogs, "it was all right");
        Assert.Equal(AgentState.Active, (await FindAsync(_b1)).State);
    }

    [Fact]
    public async Task Retiring_asks_for_the_name_since_nothing_undoes_it()
    {
        SignIn(Roles.Owner, Owner);
        var dialogs = Dialogs();
        Button(OpenAgent("b1"), "Retire").Click();
        await ConfirmAsync(dialogs, "replaced by b7", "b2");
        Assert.Contains("Type b1 exactly", dialogs.Find("#confirm-typed-fault").TextContent, StringComparison.Ordinal);
        Assert.Equal(AgentState.Active, (await FindAsync(_b1)).State);
        dialogs.Find("#confirm-typed").Input("b1");
        await dialogs.Find("#confirm-form").SubmitAsync();
        Assert.Equal(AgentState.Retired, (await FindAsync(_b1)).State);
    }

    [Fact]
    public void What_nobody_answers_is_shown_as_the_gap_that_it_is()
    {
        SignIn(Roles.Auditor, "auditor@acme.example");
        var page = OpenAgent("b2");
        var answers = page.Find("section[aria-labelledby=answers-title]");
        Assert.Contains("6 questions without an answer", answers.TextContent, StringComparison.Ordinal);
        Assert.Equal(6, answers.QuerySelectorAll(".gap").Length);
        Assert.Equal("true", Button(page, "Suspend").GetAttribute("aria-disabled"));
    }

    [Fact]
    public async Task Who_answers_for_what_is_changed_with_a_reason()
    {
        SignIn(Roles.Administrator, Admin);
        var page = OpenAgent("b2");
        await Button(page, "Change").ClickAsync(new());
        page.WaitForElement("#answers-owner").Change(Owner);
        page.Find($"#answers-{Duty.RespondsToCompromise}").Change("soc team");
        page.Find("#answers-reason").Change("found in the register");
        await page.Find("section[aria-labelledby=answers-title] form").SubmitAsync();
        Assert.Equal(Owner, (await FindAsync(_b2)).Owner);
        page.WaitForAssertion(() => Assert.Contains("4 questions without an answer", page.Find("#answers-title").TextContent, StringComparison.Ordinal));
    }

    private static ClaimsPrincipal Person(string role, string name) => new(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, role)], "test"));

    [Fact]
    public async Task The_server_lets_each_role_do_what_is_its_own_and_nothing_else()
    {
        var actions = Services.GetRequiredService<LifeActions>();
        const string reason = "trying it out";
        Func<ClaimsPrincipal, int, Task<string?>>[] all =
        [
            (u, n) => actions.SuspendAsync(u, n, reason), (u, n) => actions.ResumeAsync(u, n, reason), (u, n) => actions.RetireAsync(u, n, reason),
            (u, n) => actions.RotateAsync(u, n, reason), (u, n) => actions.AssignAsync(u, n, Other, reason), (u, n) => actions.SetDutiesAsync(u, n, new Dictionary<Duty, string?> { [Duty.Audits] = "x" }, reason),
        ];
        foreach (var act in all)
        {
            await Assert.ThrowsAsync<NotPermittedException>(() => act(Person(Roles.Auditor, Owner), _b1));
            await Assert.ThrowsAsync<NotPermittedException>(() => act(Person(Roles.Owner, Other), _b1));
            await Assert.ThrowsAsync<NotPermittedException>(() => act(Person(Roles.Owner, Owner), _b2));
        }
        foreach (var act in new[] { all[0], all[1], all[2], all[3] })
            await Assert.ThrowsAsync<NotPermittedException>(() => act(Person(Roles.Manager, "manager@acme.example"), _b1));
        foreach (var act in new[] { all[2], all[4], all[5] })
            await Assert.ThrowsAsync<NotPermittedException>(() => act(Person(Roles.Analyst, "analyst@acme.example"), _b1));
        Assert.Equal((AgentState.Active, Owner, null), ((await FindAsync(_b1)).State, (await FindAsync(_b1)).Owner, (await FindAsync(_b1)).RotationRequestedAt));

        var owner = Person(Roles.Owner, Owner);
        Assert.Null(await actions.RotateAsync(owner, _b1, reason));
        Assert.NotNull((await FindAsync(_b1)).RotationRequestedAt);
        Assert.Null(await actions.SuspendAsync(Person(Roles.Analyst, "analyst@acme.example"), _b1, reason));
        Assert.Contains("Only an active agent", await actions.SuspendAsync(owner, _b1, reason), StringComparison.Ordinal);
        Assert.Null(await actions.ResumeAsync(owner, _b1, reason));
        Assert.Null(await actions.AssignAsync(Person(Roles.Manager, "manager@acme.example"), _b2, Owner, reason));
        Assert.Null(await actions.RetireAsync(owner, _b1, reason));
    }

    [Fact]
    public async Task A_finding_shows_what_was_measured_beside_what_was_expected_and_is_closed_with_a_reason()
    {
        await Site.Get<IFindings>().ReportAsync(new FindingReport(FindingKind.AttestationDrift, Site.Identity("b1"), _b1, "The image is not the one that the entry allows.", "sha256:bad0", "sha256:900d"));
        SignIn(Roles.Owner, Owner);
        var dialogs = Dialogs();
        var finding = (await Site.Get<FindingQueries>().PageAsync(FindingFilter.Open, null, null, 5)).Rows.Single();
        Services.GetRequiredService<NavigationManager>().NavigateTo(new AttentionView { Mine = true, Finding = finding.Id }.Url);
        var page = Render<AttentionPage>(p => p.Add(a => a.Finding, finding.Id));
        page.WaitForElement(".panel .facts");
        Assert.Contains("1 attestation drift", page.Find(".says").TextContent, StringComparison.Ordinal);
        var row = page.Find(".panel .measured tbody tr");
        Assert.Equal(["sha256:bad0", "sha256:900d", "differs"], row.Children.Select(c => c.TextContent));
        Button(page, "Close this finding").Click();
        await ConfirmAsync(dialogs, "the new image was meant");
        Assert.Empty(await Site.Get<FindingQueries>().CountsAsync(FindingFilter.Open));
    }

    [Fact]
    public async Task Only_who_may_closes_a_finding()
    {
        await Site.Get<IFindings>().ReportAsync(new FindingReport(FindingKind.NoOwner, Site.Identity("b2"), _b2, "Nobody answers for it."));
        var finding = (await Site.Get<FindingQueries>().PageAsync(FindingFilter.Open, null, null, 5)).Rows.Single();
        var actions = Services.GetRequiredService<FindingActions>();
        foreach (var person in new[] { Person(Roles.Auditor, "a@acme.example"), Person(Roles.Manager, "m@acme.example"), Person(Roles.Owner, Owner) })
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.CloseAsync(person, finding.Id, "because I can"));
        await actions.CloseAsync(Person(Roles.Analyst, "analyst@acme.example"), finding.Id, "looked into it");
        var closed = (await Site.Get<FindingQueries>().FindAsync(finding.Id))!;
        Assert.Equal(("user:analyst@acme.example", "looked into it"), (closed.ClosedBy, closed.ClosedReason));
    }

    [Fact]
    public async Task An_owner_lands_on_what_waits_for_her()
    {
        await Site.Get<IFindings>().ReportAsync(new FindingReport(FindingKind.RenewalMissed, Site.Identity("b1"), _b1, "It did not renew."));
        await Site.Get<IFindings>().ReportAsync(new FindingReport(FindingKind.NoOwner, Site.Identity("b2"), _b2, "Nobody answers for it."));
        SignIn(Roles.Owner, Owner);
        Services.GetRequiredService<NavigationManager>().NavigateTo("/certificates?mine=1");
        var page = Render<CertificatesPage>();
        page.WaitForElement("#waits-title");
        var waits = page.Find("section[aria-labelledby=waits-title]").TextContent;
        Assert.Contains("Renewal missed", waits, StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody answers", waits, StringComparison.Ordinal);
        Assert.Contains("b1", page.Find("section[aria-labelledby=did-title]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("b2", page.Find("section[aria-labelledby=did-title]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_opens_beside_the_list_with_its_issuer()
    {
        SignIn(Roles.Analyst, "analyst@acme.example");
        var serial = (await FindAsync(_b1)).CertificateSerial!;
        Services.GetRequiredService<NavigationManager>().NavigateTo("/certificates/" + serial);
        var page = Render<CertificatesPage>(p => p.Add(c => c.Serial, serial));
        page.WaitForElement(".panel .facts");
        var panel = page.Find(".panel").TextContent;
        Assert.Contains(serial, panel, StringComparison.Ordinal);
        Assert.Contains("In use", panel, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_takes_an_issuing_CA_through_its_rotation()
    {
        SignIn(Roles.Administrator, Admin);
        var dialogs = Dialogs();
        var page = Render<AuthorityPage>();
        page.WaitForElement(".stepper");
        Button(page, "Prepare an issuing CA").Click();
        await ConfirmAsync(dialogs, "yearly rotation");
        page.WaitForAssertion(() => Assert.Contains("issuing-2", page.Find("tbody").TextContent, StringComparison.Ordinal));
        Button(page, "Activate").Click();
        await ConfirmAsync(dialogs, "yearly rotation");
        page.WaitForAssertion(() => Assert.Contains("issuing-2 signs", page.Find(".says").TextContent, StringComparison.Ordinal));
        Button(page, "Taint").Click();
        Assert.Contains("2 agents still live by it", dialogs.WaitForElement(".impact").TextContent, StringComparison.Ordinal);
        await ConfirmAsync(dialogs, "its module is sold");
        page.WaitForAssertion(() => Assert.Contains("Given up", page.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Equal([AnchorState.Active, AnchorState.Tainted, AnchorState.Active], (await Site.Get<IAuthorityKeys>().StatusAsync()).Authorities.Select(a => a.State));
    }

    [Fact]
    public async Task Nobody_but_an_administrator_touches_the_authoritys_keys()
    {
        var actions = Services.GetRequiredService<AuthorityActions>();
        foreach (var role in new[] { Roles.Analyst, Roles.Owner, Roles.Manager, Roles.Auditor })
        {
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.PrepareAsync(Person(role, "x@acme.example"), AuthorityCertificate.Issuing, "why not"));
            await Assert.ThrowsAsync<NotPermittedException>(() => actions.RevokeAsync(Person(role, "x@acme.example"), "issuing", "why not", force: true));
        }
        Assert.Equal(2, (await Site.Get<IAuthorityKeys>().StatusAsync()).Authorities.Count);
        SignIn(Roles.Analyst, "analyst@acme.example");
        var page = Render<AuthorityPage>();
        page.WaitForElement(".stepper");
        Assert.Equal("true", Button(page, "Prepare an issuing CA").GetAttribute("aria-disabled"));
    }
}
