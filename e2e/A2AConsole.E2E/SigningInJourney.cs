using System.Net;
using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>Who gets in, where they land, and what they are told they may not do.</summary>
public sealed class SigningInJourney(ConsoleSite site) : Journey(site)
{
    [Theory]
    [InlineData("analyst", "Analyst", "/alerts", "Alerts")]
    [InlineData("owner", "Owner", "/certificates?mine=1", "My certificates")]
    [InlineData("manager", "Manager", "/approvals", "Approvals")]
    [InlineData("auditor", "Auditor", "/audit", "Audit")]
    [InlineData("admin", "Administrator", "/", "Overview")]
    public async Task Each_role_lands_on_its_page_and_sees_what_it_may(string user, string role, string landing, string heading)
    {
        var page = await AnonymousAsync();
        await SignInAsync(page, user);

        await Expect(page).ToHaveURLAsync(Site.Address + landing);
        await Expect(Heading(page, heading)).ToBeVisibleAsync();
        var rail = page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" });
        foreach (var name in new[] { "Overview", "Alerts", "Incidents", "Events", "Agents", "Certificates", "Quarantine", "Audit" })
            await Expect(rail.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToBeVisibleAsync();

        await page.Locator("summary[aria-label^='You:']").ClickAsync();
        var menu = page.GetByRole(AriaRole.Group, new() { Name = "You", Exact = true });
        await Expect(menu).ToContainTextAsync(role);
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Users" })).ToHaveCountAsync(role == "Administrator" ? 1 : 0);

        await menu.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(Heading(page, "Sign in")).ToBeVisibleAsync();
        await page.GotoAsync("/audit");
        await Expect(Heading(page, "Sign in")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_refused_in_words_and_the_name_is_kept()
    {
        var page = await AnonymousAsync();
        await page.GotoAsync("/");
        await TrySignInAsync(page, "manager", "not-the-password");

        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(new Regex("^\\s*User name and password do not match an account here, or it cannot be used now\\."));
        await Expect(page.GetByLabel("User name")).ToHaveValueAsync("manager@acme.example");
        await Expect(page.GetByLabel("Password", new() { Exact = true })).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_demo_user_is_chosen_with_one_click()
    {
        var page = await AnonymousAsync();
        await page.GotoAsync("/account/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Auditor" }).ClickAsync();
        await Expect(page.GetByLabel("User name")).ToHaveValueAsync("auditor@acme.example");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Heading(page, "Audit")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_anonymous_visitor_is_sent_to_sign_in_from_every_page_and_gets_no_data()
    {
        var page = await AnonymousAsync();
        foreach (var (path, _) in ConsolePages.All)
        {
            var answer = await page.APIRequest.GetAsync(path, new() { MaxRedirects = 0, Headers = Accept("text/html") });
            Assert.True(answer.Status == (int)HttpStatusCode.Redirect, $"{path} answered {answer.Status}");
            Assert.Contains("/account/sign-in?returnUrl=", answer.Headers["location"], StringComparison.Ordinal);
        }
        foreach (var path in new[] { "/events/export.json", "/events/0/evidence", "/events/0/proof", "/ledger/checkpoint", "/agents/export.csv" })
        {
            var answer = await page.APIRequest.GetAsync(path, new() { MaxRedirects = 0, Headers = Accept("application/json") });
            Assert.True(answer.Status == (int)HttpStatusCode.Unauthorized, $"{path} answered {answer.Status}");
        }
    }

    [Fact]
    public async Task Signing_in_leads_on_to_what_was_asked_for()
    {
        var page = await AnonymousAsync();
        await SignInAsync(page, "analyst", "/events?range=24h&verdict=refused");
        await Expect(page).ToHaveURLAsync(Site.Address + "/events?range=24h&verdict=refused");
        await Expect(page.GetByLabel("Verdict", new() { Exact = true })).ToHaveValueAsync("refused");
    }

    [Fact]
    public async Task A_role_that_may_not_is_told_so_and_told_who_may()
    {
        var analyst = await AsAsync("analyst");
        await analyst.GotoAsync("/settings/users");
        await Expect(analyst.GetByText("An analyst may not administer users. An administrator may.")).ToBeVisibleAsync();

        var auditor = await AsAsync("auditor", "/agents");
        var enrol = auditor.GetByRole(AriaRole.Button, new() { Name = "Enrol an agent" });
        await Expect(enrol).ToHaveAttributeAsync("aria-disabled", "true");
        await enrol.ClickAsync(new() { Force = true });
        await Expect(auditor.GetByText("An auditor may not invite agents. An owner or administrator may.")).ToBeVisibleAsync();
        await Expect(auditor.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    private static Dictionary<string, string> Accept(string type) => new() { ["Accept"] = type };
}
