using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Entities;
using A2AConsole.Detection.Incidents;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Alerts;
using A2AConsole.Web.Pages.Incidents;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Alerts;

/// <summary>Incidents and suppressions through their pages, over a whole site.</summary>
public sealed class IncidentPagesTests : AlertSite
{
    private long _incident;

    protected override async Task SeedAsync()
    {
        await base.SeedAsync();
        _incident = await Services.GetRequiredService<IIncidentDesk>().CreateAsync("Forecast runs wild", [.. Ids.Take(3)], "one cause", new TriageActor(Ana));
    }

    private IRenderedComponent<IncidentPage> Open(long? id = null)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(IncidentsView.Of(id ?? _incident));
        var page = Render<IncidentPage>(p => p.Add(i => i.Id, id ?? _incident));
        page.WaitForElement(".incident");
        return page;
    }

    private Task SubmitAsync() => Dialogs().Find("#incident-form").SubmitAsync();

    private Task<Incident> IncidentAsync(long id) => Site.QueryAsync(db => db.Incidents.AsNoTracking().SingleAsync(i => i.Id == id));

    [Fact]
    public async Task An_incident_is_led_worked_on_and_closed_with_what_was_learned()
    {
        Dialogs();
        SignIn(Roles.Analyst, Ana);
        var page = Open();
        Assert.Contains("3 alerts of 1 agent", page.Find("#alerts-title").TextContent, StringComparison.Ordinal);
        Assert.Contains("EUR 55,350.00", page.Find("#stake-title").ParentElement!.ParentElement!.TextContent, StringComparison.Ordinal);
        Button(page, "Assign").Click();
        Dialogs().WaitForElement("#incident-to");
        await SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains($"led by {Ana}", page.Find(".says").TextContent, StringComparison.Ordinal));

        page.Find("#task-text").Input("ask the forecast's owner");
        await page.FindAll(".add")[0].SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("0 of 1 done", page.Find("#tasks-title").TextContent, StringComparison.Ordinal));
        page.Find(".tasks input").Change(true);
        page.WaitForAssertion(() => Assert.Contains("1 of 1 done", page.Find("#tasks-title").TextContent, StringComparison.Ordinal));
        page.Find("#note-text").Input("x");
        await page.FindAll(".add")[1].SubmitAsync();
        Assert.Contains("A note is needed", page.Find(".notice.fault").TextContent, StringComparison.Ordinal);
        page.Find("#note-text").Input("its model was retrained at noon");
        await page.FindAll(".add")[1].SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("retrained at noon", page.Find(".timeline").TextContent, StringComparison.Ordinal));

        Button(page, "Contained").Click();
        Dialogs().WaitForElement("#incident-note").Input("the agent is suspended");
        await SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Contained", page.Find(".says").TextContent, StringComparison.Ordinal));

        Button(page, "Close").Click();
        Assert.Contains("Its 3 alerts end as true positives", Dialogs().WaitForElement("#incident-form").TextContent, StringComparison.Ordinal);
        await SubmitAsync();
        Assert.Contains("A lesson is needed", Dialogs().Find(".notice.fault").TextContent, StringComparison.Ordinal);
        Dialogs().Find("#incident-lesson").Input("A new model goes live beside the old one first.");
        Dialogs().Find("#incident-policy").Input("Hold forecasts above five times the usual.");
        await SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("beside the old one first", page.Find("#lesson-title").ParentElement!.ParentElement!.TextContent, StringComparison.Ordinal));
        Assert.Equal(IncidentState.Closed, (await IncidentAsync(_incident)).State);
        Assert.Equal(AlertVerdict.TruePositive, (await AlertAsync(Ids[0])).Verdict);
        Button(page, "Reopen").Click();
        Dialogs().WaitForElement("#incident-note").Input("it began again");
        await SubmitAsync();
        page.WaitForAssertion(() => Assert.NotNull(page.Find("#task-text")));
    }

    [Fact]
    public async Task Alerts_are_split_off_taken_out_and_merged_again()
    {
        Dialogs();
        SignIn(Roles.Analyst, Ana);
        var page = Open();
        page.Find($"#alert-{Ids[0]} [data-choose]").Change(true);
        Button(page, "Split off 1 alert").Click();
        Dialogs().WaitForElement("#incident-title").Input("The burst alone");
        Dialogs().Find("#incident-note").Input("another cause");
        await SubmitAsync();
        var other = await Site.QueryAsync(db => db.Incidents.Where(i => i.Title == "The burst alone").Select(i => i.Id).SingleAsync());
        page.WaitForAssertion(() => Assert.EndsWith(IncidentsView.Of(other), Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));

        page = Open();
        Assert.Contains("2 alerts", page.Find("#alerts-title").TextContent, StringComparison.Ordinal);
        page.Find($"#alert-{Ids[1]} [data-choose]").Change(true);
        Button(page, "Take out 1 alert").Click();
        Dialogs().WaitForElement("#incident-note").Input("has nothing to do with it");
        await SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("1 alert of", page.Find("#alerts-title").TextContent, StringComparison.Ordinal));
        Assert.Equal(AlertState.Open, (await AlertAsync(Ids[1])).State);

        Button(page, "Merge").Click();
        Dialogs().WaitForElement("#incident-into");
        Dialogs().Find("#incident-note").Input("the same cause after all");
        await SubmitAsync();
        Assert.Equal((IncidentState.Closed, other), ((await IncidentAsync(_incident)).State, (await IncidentAsync(_incident)).MergedInto));
        Assert.Contains("the work goes on in", Open().Find(".notice.news").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_shows_what_is_open_and_a_colleagues_new_one_at_once()
    {
        SignIn(Roles.Manager, Manager);
        Services.GetRequiredService<NavigationManager>().NavigateTo(IncidentsView.Path);
        var page = Render<IncidentsPage>();
        page.WaitForAssertion(() => Assert.Contains("Forecast runs wild", Assert.Single(page.FindAll("[data-row]")).TextContent, StringComparison.Ordinal));
        await Services.GetRequiredService<IIncidentDesk>().CreateAsync("Another one", [Ids[3]], null, new TriageActor(Bea), Xunit.TestContext.Current.CancellationToken);
        await LivelyAsync(() => page.FindAll("[data-row]").Count == 2);
        page.Find("#incidents-q").Change("another");
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-row]")));
        // Who may not work on it reads why, and no form asks her for anything.
        var one = Open();
        Assert.Contains("A manager may not work on alerts and incidents", one.Find("#note-title").ParentElement!.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Empty(one.FindAll("form"));
    }

    [Fact]
    public async Task Alerts_are_held_back_for_a_while_with_a_reason_and_the_hold_ended_early()
    {
        Dialogs();
        SignIn(Roles.Analyst, Ana);
        Services.GetRequiredService<NavigationManager>().NavigateTo(SuppressionsPage.Path + "?kind=volumeburst");
        var page = Render<SuppressionsPage>();
        page.WaitForElement("#s-kind");
        Assert.Contains("Nothing is held back", page.Find(".empty").TextContent, StringComparison.Ordinal);
        await page.Find("form.new").SubmitAsync();
        Assert.Contains("A note is needed", page.Find(".notice.fault").TextContent, StringComparison.Ordinal);
        page.Find("#s-reason").Input("stocktaking tonight");
        await page.Find("form.new").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Volume burst", page.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Contains(Ana, page.Find("tbody").TextContent, StringComparison.Ordinal);
        Button(page, "End it").Click();
        await Dialogs().WaitForElement("#confirm-form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Nothing is held back", page.Find(".empty").TextContent, StringComparison.Ordinal));
        Assert.Equal((AlertKind.VolumeBurst, Ana), await Site.QueryAsync(async db => { var s = await db.AlertSuppressions.SingleAsync(); return (s.Kind!.Value, s.EndedBy); }));
    }
}
