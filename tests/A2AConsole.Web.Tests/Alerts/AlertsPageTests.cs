using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Detection.Alerts;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Alerts;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Alerts;

/// <summary>The analysts' queue over a whole site: store, ledger, clock and desks are real.</summary>
public sealed class AlertsPageTests : AlertSite
{
    private IRenderedComponent<AlertsPage> Open(long? id = null, string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(new AlertsView { Id = id }.Url + query);
        var page = Render<AlertsPage>(p => p.Add(a => a.Id, id));
        page.WaitForElement(id is null ? ".card.list" : ".panel #history-title");
        return page;
    }

    private static long[] Shown(IRenderedComponent<AlertsPage> page) => [.. page.FindAll("[data-row]").Select(r => long.Parse(r.Id!["alert-".Length..], System.Globalization.CultureInfo.InvariantCulture))];

    private async Task SubmitAsync(string note)
    {
        await Dialogs().WaitForElement("#triage-note").InputAsync(note);
        await Dialogs().Find("#triage-form").SubmitAsync();
    }

    [Fact]
    public void The_gravest_stand_first_and_filters_orders_and_tabs_are_in_the_url()
    {
        SignIn(Roles.Analyst, Ana);
        var page = Open();
        Assert.Equal([Ids[2], Ids[4], Ids[3], Ids[1], Ids[0]], Shown(page));
        Assert.Equal("5 new alerts, 0 being worked on.", page.Find(".says").TextContent);
        Assert.Contains("412 messages; usual is 40 to 70", page.Find($"#alert-{Ids[3]}").TextContent, StringComparison.Ordinal);
        Assert.Equal("Critical", page.Find($"#alert-{Ids[2]} .steps-mark").TextContent.Trim());
        Assert.Contains("EUR 18,450.00", page.Find($"#alert-{Ids[2]}").TextContent, StringComparison.Ordinal);

        page.Find("#alerts-severity").Change("high");
        page.WaitForAssertion(() => Assert.Equal([Ids[2], Ids[4], Ids[3]], Shown(page)));
        page.Find("#alerts-kind").Change("group:volume");
        page.WaitForAssertion(() => Assert.Equal([Ids[4], Ids[3]], Shown(page)));
        page.Find("#alerts-sort").Change("time");
        page.WaitForAssertion(() => Assert.EndsWith("/alerts?severity=high&group=volume&sort=time", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Equal([Ids[0]], Shown(Open(query: $"?kind=volumeburst&q=412&agent={Uri.EscapeDataString(AgentId)}&before={Ids[3]}")));
        Assert.Contains("No alert passes this filter", Open(query: "?who=mine").Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.Contains("Nobody works on an alert", Open(query: "?tab=open").Find(".empty").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_are_closed_with_one_reason_what_it_taught_is_said_and_undo_takes_it_back()
    {
        Dialogs();
        SignIn(Roles.Analyst, Ana);
        var page = Open();
        page.Find($"#alert-{Ids[0]} [data-choose]").Change(true);
        page.Find($"#alert-{Ids[3]} [data-choose]").Change(true);
        Assert.Contains("2 alerts chosen", page.Find(".work").TextContent, StringComparison.Ordinal);
        Button(page, "Close 2 alerts").Click();
        Dialogs().WaitForElements("input[type=radio]")[1].Change(true);
        await SubmitAsync(" ");
        Assert.Contains("A reason is needed", Dialogs().Markup, StringComparison.Ordinal);
        await SubmitAsync("the spring order");
        page.WaitForAssertion(() => Assert.Equal([Ids[2], Ids[4], Ids[1]], Shown(page)));
        Assert.Contains("Closed as benign. For this agent and cause the threshold is 1 higher", page.Find(".said").TextContent, StringComparison.Ordinal);
        Assert.Equal(AlertVerdict.Benign, (await AlertAsync(Ids[0])).Verdict);
        Assert.Equal(2, await Site.QueryAsync(db => db.AlertSteps.CountAsync(s => s.Note == "the spring order" && s.By == Ana)));
        // What verdicts taught stands with the alert.
        Assert.Contains("2 higher", Open(Ids[3], "?tab=all").Find(".shift").TextContent, StringComparison.Ordinal);

        Button(page, "Undo").Click();
        page.WaitForAssertion(() => Assert.Contains("Open again", page.Find(".said").TextContent, StringComparison.Ordinal));
        Assert.Equal((AlertState.Open, null), ((await AlertAsync(Ids[0])).State, (await AlertAsync(Ids[0])).Verdict));
        Assert.Equal(0, await Site.QueryAsync(db => db.DetectionThresholds.Where(t => t.AgentId == AgentId).SumAsync(t => t.Shift)));
    }

    [Fact]
    public async Task One_is_given_away_from_its_panel_and_given_back_by_undo()
    {
        Dialogs();
        SignIn(Roles.Analyst, Ana);
        var page = Open(Ids[2]);
        Button(page, "Assign", ".panel").Click();
        Assert.Equal(Ana, Dialogs().WaitForElement("#triage-to option").GetAttribute("value"));
        Dialogs().Find("#triage-to").Change(Bea);
        await Dialogs().Find("#triage-form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains($"with {Bea}", page.Find(".panel .sub").TextContent, StringComparison.Ordinal));
        Assert.Contains($"Given to {Bea} by {Ana}", page.Find(".panel .history").TextContent, StringComparison.Ordinal);
        Button(page, "Undo", ".panel").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain($"with {Bea}", page.Find(".panel .sub").TextContent, StringComparison.Ordinal));
        Assert.Null((await AlertAsync(Ids[2])).Assignee);
    }

    [Fact]
    public async Task While_rows_are_chosen_nothing_moves_what_comes_is_counted_and_a_colleagues_step_is_seen_in_place()
    {
        SignIn(Roles.Analyst, Ana);
        var page = Open();
        page.Find($"#alert-{Ids[1]} [data-choose]").Change(true);
        var before = Shown(page);
        var late = await RaiseAsync(AlertKind.Tampering, AlertSeverity.Critical);
        await LivelyAsync(() => page.FindAll("[data-testid=waiting]").Any(w => w.TextContent.Trim() == "1 new"));
        await Services.GetRequiredService<IAlertDesk>().AssignAsync([Ids[4]], Bea, null, new TriageActor(Bea), Xunit.TestContext.Current.CancellationToken);
        await LivelyAsync(() => page.Find($"#alert-{Ids[4]} .who").TextContent.Contains("bea", StringComparison.Ordinal));
        Assert.Equal(before, Shown(page));
        page.Find("[data-let-go]").Click();
        page.Find("[data-testid=waiting]").Click();
        page.WaitForAssertion(() => Assert.Contains(late, Shown(page)));
        Assert.Empty(page.FindAll("[data-testid=waiting]"));
    }

    [Fact]
    public async Task Paused_it_stands_still_and_goes_on_with_what_came()
    {
        SignIn(Roles.Analyst, Ana);
        var page = Open();
        page.Find("[data-pause]").Click();
        Assert.Contains("Paused", page.Find(".says").TextContent, StringComparison.Ordinal);
        var late = await RaiseAsync(AlertKind.Tampering, AlertSeverity.Low);
        await LivelyAsync(() => page.FindAll("[data-testid=waiting]").Any(w => w.TextContent.Trim() == "1 new"));
        Assert.DoesNotContain(late, Shown(page));
        page.Find("[data-pause]").Click();
        page.WaitForAssertion(() => Assert.Contains(late, Shown(page)));
        // And what comes then flows in by itself.
        var later = await RaiseAsync(AlertKind.Tampering, AlertSeverity.Critical);
        await LivelyAsync(() => Shown(page)[0] == later);
    }

    [Fact]
    public void The_panel_shows_why_with_picture_table_chance_and_what_contributed()
    {
        SignIn(Roles.Manager, Manager);
        var page = Open(Ids[0]);
        var panel = page.Find(".panel");
        Assert.Contains("forecast sent 412 messages; usual is 40 to 70", panel.TextContent, StringComparison.Ordinal);
        Assert.Contains("412, above the usual 40 to 70", panel.QuerySelector("figcaption")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(panel.QuerySelector("path.band"));
        Assert.Single(panel.QuerySelectorAll(".mark.last"));
        Assert.Equal(3, panel.QuerySelectorAll("figure tbody tr").Length);
        Assert.Contains("about once in 11 years", panel.TextContent, StringComparison.Ordinal);
        Assert.Contains("to new counterparties", panel.QuerySelector(".features")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Memory and context poisoning", panel.TextContent, StringComparison.Ordinal);
        Assert.Contains("Expected from: same hour of the week, 6 weeks", panel.TextContent, StringComparison.Ordinal);
        Assert.Contains("None of them was judged yet", panel.TextContent, StringComparison.Ordinal);
        Assert.Contains("Certificate issued", panel.QuerySelector(".moments")!.TextContent, StringComparison.Ordinal);
        // A manager reads everything; who may act is said instead of buttons.
        Assert.Contains("A manager may not work on alerts and incidents. An analyst or administrator may.", panel.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".choose"));
    }

    [Fact]
    public async Task The_agent_is_suspended_and_let_go_again_from_the_alert_which_says_so()
    {
        Dialogs();
        SignIn(Roles.Analyst, Ana);
        var page = Open(Ids[0]);
        Button(page, "Suspend forecast").Click();
        Assert.Contains("closes its connections within a second", Dialogs().WaitForElement(".impact").TextContent, StringComparison.Ordinal);
        Dialogs().Find("#confirm-reason").Input("it sends what nobody asked for");
        await Dialogs().Find("#confirm-form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("forecast is suspended", page.Find(".panel").TextContent, StringComparison.Ordinal));
        Assert.Contains("Suspended forecast: it sends what nobody asked for", page.Find(".panel .history").TextContent, StringComparison.Ordinal);
        Assert.Equal(AgentState.Suspended, await Site.QueryAsync(db => db.Agents.Where(a => a.Number == AgentNumber).Select(a => a.State).SingleAsync()));
        Button(page, "Resume forecast").Click();
        Dialogs().WaitForElement("#confirm-reason").Input("its owner explained it");
        await Dialogs().Find("#confirm-form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Let go again", page.Find(".panel .history").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alerts_become_an_incident_with_one_note_and_can_be_added_to_it()
    {
        Dialogs();
        SignIn(Roles.Analyst, Ana);
        var page = Open();
        page.Find("th.choose input").Change(true);
        Button(page, "Incident 5 alerts").Click();
        Assert.Equal("Replay of forecast", Dialogs().WaitForElement("#triage-title").GetAttribute("value"));
        Dialogs().Find("#triage-title").Input("Forecast runs wild");
        await SubmitAsync("all of one cause");
        page.WaitForAssertion(() => Assert.Contains("Go to the incident", page.Find(".said").TextContent, StringComparison.Ordinal));
        var incident = await Site.QueryAsync(db => db.Incidents.SingleAsync());
        Assert.Equal(("Forecast runs wild", AlertSeverity.Critical), (incident.Title, incident.Severity));
        Assert.Equal(5, await Site.QueryAsync(db => db.Alerts.CountAsync(a => a.IncidentId == incident.Id && a.State == AlertState.InIncident)));

        var more = await RaiseAsync(AlertKind.Tampering, AlertSeverity.Low);
        page = Open(more);
        Button(page, "Incident", ".panel").Click();
        Dialogs().WaitForElement("#triage-incident").Change(incident.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await Dialogs().Find("#triage-form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Forecast runs wild", page.Find(".panel .notice").TextContent, StringComparison.Ordinal));
        Button(page, "Undo", ".panel").Click();
        page.WaitForAssertion(() => Assert.Contains("taken out", page.Find(".panel .said").TextContent, StringComparison.Ordinal));
        Assert.Null((await AlertAsync(more)).IncidentId);
    }

    [Fact]
    public async Task A_view_is_kept_shared_renamed_and_found_by_a_colleague_who_cannot_change_it()
    {
        SignIn(Roles.Analyst, Ana);
        var page = Open(query: "?severity=high&sort=time");
        page.Find("#view-name-alerts").Input("Grave and new");
        page.Find(".views input[type=checkbox]").Change(true);
        await page.Find(".views form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Equal("/alerts?severity=high&sort=time", page.Find(".views li a").GetAttribute("href")));

        SignIn(Roles.Analyst, Bea);
        var hers = Open();
        hers.WaitForAssertion(() => Assert.Contains("Grave and new by ana", hers.Find(".views li").TextContent, StringComparison.Ordinal));
        Assert.Empty(hers.FindAll(".views li button"));
    }

    [Fact]
    public async Task Since_my_last_shift_shows_only_what_came_while_she_was_away()
    {
        SignIn(Roles.Analyst, Ana);
        Site.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.DoesNotContain("Since my last shift", Open().Markup, StringComparison.Ordinal);
        Site.Clock.Advance(TimeSpan.FromHours(14));
        var late = await RaiseAsync(AlertKind.Tampering, AlertSeverity.Low);
        Assert.Contains("Since my last shift", Open().Markup, StringComparison.Ordinal);
        Assert.Equal([late], Shown(Open(query: "?since=shift")));
    }

    [Fact]
    public async Task A_role_that_may_not_is_refused_whatever_its_page_showed()
    {
        var actions = Services.GetRequiredService<AlertActions>();
        var manager = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity(
            [new(System.Security.Claims.ClaimTypes.Name, Manager), new(System.Security.Claims.ClaimTypes.Role, Roles.Manager)], "test"));
        await Assert.ThrowsAsync<Web.Pages.Agents.NotPermittedException>(() => actions.CloseAsync(manager, Ids, AlertVerdict.Benign, "go away please"));
        await Assert.ThrowsAsync<Web.Pages.Agents.NotPermittedException>(() => Services.GetRequiredService<Web.Pages.Incidents.IncidentActions>().CreateAsync(manager, "mine", Ids, null));
        Assert.Equal(5, (await Site.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<Data.ConsoleDbContext>>().CreateDbContextAsync(Xunit.TestContext.Current.CancellationToken)).Alerts.Count(a => a.State == AlertState.New));
    }
}
