using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Testing;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Quarantine;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Agents;

/// <summary>The work in quarantine through its page, over a whole site.</summary>
public sealed class QuarantineWorkTests : SitePages
{
    private const string Analyst = "ana@acme.example", Manager = "max@acme.example", Owner = "olga@acme.example";
    private readonly List<long> _late = [];
    private long _forged;

    protected override async Task SeedAsync()
    {
        await AddPeopleAsync((Analyst, Roles.Analyst), (Manager, Roles.Manager), (Owner, Roles.Owner));
        var agent = await Site.EnrollAsync("late");
        var other = await Site.EnrollAsync("other");
        for (var i = 0; i < 3; i++)
            _late.Add((await agent.SendAsync(agent.Event() with { Time = Site.Time.GetUtcNow().AddMinutes(-6.5), Expires = Site.Time.GetUtcNow().AddMinutes(8) })).Json.GetProperty("leafIndex").GetInt64());
        _forged = (await agent.PostAsync(Envelopes.Sign(other.Key, agent.Event().ToBytes()))).Json.GetProperty("leafIndex").GetInt64();
    }

    private IRenderedComponent<QuarantinePage> Open(long? leaf = null, string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(new QuarantineView { Leaf = leaf }.Url + query);
        var page = Render<QuarantinePage>(p => p.Add(q => q.Leaf, leaf));
        page.WaitForElement(leaf is null ? ".card.list" : ".panel #work-title");
        return page;
    }

    private async Task ConfirmAsync(string note)
    {
        var dialogs = Dialogs();
        dialogs.WaitForElement("#confirm-reason").Input(note);
        await dialogs.Find("#confirm-form").SubmitAsync();
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<QuarantinePage> page, string word, string within = "")
        => page.FindAll(within + " button").Single(b => b.TextContent.Trim().StartsWith(word, StringComparison.Ordinal));

    [Fact]
    public async Task An_analyst_releases_what_came_late_and_the_page_says_what_came_of_it()
    {
        Dialogs();
        SignIn(Roles.Analyst, Analyst);
        var page = Open(_late[0]);
        Assert.Contains("It can be released", page.Find(".panel").TextContent, StringComparison.Ordinal);
        Button(page, "Release", ".panel").Click();
        Assert.Contains("cannot be taken back", Dialogs().WaitForElement(".impact").TextContent, StringComparison.Ordinal);
        await ConfirmAsync("its dock was offline; asked its owner");
        page.WaitForAssertion(() => Assert.Equal("Released", page.Find("#work-title").TextContent));
        Assert.Contains("asked its owner", page.Find(".steps").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".panel .assign"));
        Assert.Equal(QuarantineState.Released, (await Site.Get<QuarantineQueries>().FindAsync(_late[0]))!.Row.State);
        // It leaves what waits, and is found again under what was released.
        Assert.DoesNotContain(page.FindAll("[data-row]"), r => r.Id == $"item-{_late[0]}");
        Assert.Single(Open(query: "?work=released").FindAll("[data-row]"));
    }

    [Fact]
    public void What_is_never_released_says_why_and_its_button_does_nothing()
    {
        SignIn(Roles.Manager, Manager);
        var page = Open(_forged);
        Assert.Contains("It cannot be released: Its identity or signature did not hold", page.Find(".panel").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", Button(page, "Release", ".panel").GetAttribute("aria-disabled"));
    }

    [Fact]
    public async Task Several_are_chosen_and_decided_with_one_note_in_numbers()
    {
        Dialogs();
        SignIn(Roles.Analyst, Analyst);
        var page = Open();
        page.Find("th.choose input").Change(true);
        Assert.Contains("4 items", page.Find(".chosen").TextContent, StringComparison.Ordinal);
        Button(page, "Release", ".chosen").Click();
        var impact = Dialogs().WaitForElement(".impact").TextContent;
        Assert.Contains("3 items try again", impact, StringComparison.Ordinal);
        Assert.Contains("1 item stays", impact, StringComparison.Ordinal);
        await ConfirmAsync("the dock's network was down");
        page.WaitForAssertion(() => Assert.Contains("1 item", page.Find(".chosen").TextContent, StringComparison.Ordinal));
        Assert.Equal([_forged], (await Site.Get<QuarantineQueries>().PageAsync(new QuarantineFilter { Work = QuarantineWork.Open }, null, null, 50)).Rows.Select(r => r.Id));
    }

    [Fact]
    public async Task What_is_escalated_is_for_managers_and_the_analyst_is_told_so()
    {
        Dialogs();
        SignIn(Roles.Analyst, Analyst);
        var page = Open(_forged);
        Button(page, "Escalate", ".panel").Click();
        await ConfirmAsync("somebody has the wrong key");
        page.WaitForAssertion(() => Assert.Contains("a manager or administrator decides", page.Find(".panel .notice").TextContent, StringComparison.Ordinal));
        Assert.Contains("1 item waits for a manager", page.Find(".says").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll(".panel button"), b => b.TextContent.Contains("Reject", StringComparison.Ordinal));

        SignIn(Roles.Manager, Manager);
        Assert.NotNull(Button(Open(_forged), "Reject", ".panel"));
    }

    [Fact]
    public void Who_may_not_decide_sees_why_instead_of_a_form()
    {
        SignIn(Roles.Owner, Owner);
        var page = Open(_late[0]);
        Assert.Contains("An owner may not work in quarantine.", page.Find(".panel").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".choose"));
        Assert.DoesNotContain(page.FindAll(".panel button"), b => b.TextContent.Contains("Release", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_role_that_may_not_is_refused_whatever_its_page_showed()
    {
        var actions = new QuarantineActions(Site.Get<IQuarantine>());
        var owner = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity(
            [new(System.Security.Claims.ClaimTypes.Name, Owner), new(System.Security.Claims.ClaimTypes.Role, Roles.Owner)], "test"));
        await Assert.ThrowsAsync<Web.Pages.Agents.NotPermittedException>(() => actions.DoAsync(owner, QuarantineMove.Released, _late, null, "let me in"));
        Assert.Empty((await Site.Get<QuarantineQueries>().FindAsync(_late[0]))!.Steps);
    }
}
