using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>WCAG 2.2 AA by axe on every page, in both themes, with panels and dialogs open.</summary>
public sealed class AccessibilityJourney(ConsoleSite site) : Journey(site)
{
    public static TheoryData<string, string> Pages => ConsolePages.Theory();

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_is_accessible_in_light_and_dark(string path, string heading)
    {
        var page = await AsAsync("admin", path);
        await Expect(Heading(page, heading)).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Main).Locator(".skeleton")).ToHaveCountAsync(0);
        await AssertAccessibleInBothThemesAsync(page, path);
    }

    [Theory]
    [InlineData("/events?verdict=refused&range=24h", "Verdict")]
    [InlineData("/events?verdict=admitted&range=24h", "What was sent")]
    [InlineData("/events?verdict=admitted&range=24h", "Proof")]
    [InlineData("/quarantine", null)]
    public async Task A_page_with_its_panel_open_is_accessible_in_light_and_dark(string path, string? tab)
    {
        var page = await AsAsync("analyst", path);
        await (path.Contains("verdict=refused", StringComparison.Ordinal) ? RefusedEvents(page) : Rows(page)).First.GetByRole(AriaRole.Link).First.ClickAsync();
        var panel = page.GetByRole(AriaRole.Complementary);
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Level = 3 }).First).ToBeVisibleAsync();
        if (tab is not null)
            await ChooseTabAsync(panel, tab);
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Level = 3 }).First).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, $"{path} with {tab ?? "the panel"}");
    }

    [Fact]
    public async Task The_dialogs_the_shortcuts_and_the_user_menu_are_accessible()
    {
        var page = await AsAsync("admin", "/agents");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enrol an agent" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, "the enrolment dialog");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, "the shortcut sheet");
        await page.Keyboard.PressAsync("Escape");

        await page.Locator("summary[aria-label^='You:']").ClickAsync();
        await AssertAccessibleInBothThemesAsync(page, "the user menu");
    }

    [Theory]
    [InlineData("/entries", "Register a role")]
    [InlineData("/reviews", "Open a campaign")]
    [InlineData("/certificates/algorithms", "Decide about ed25519 as events")]
    [InlineData("/authority", "Prepare an issuing CA")]
    [InlineData(ConsolePages.SomeAgent, "Retire")]
    public async Task Each_dialog_about_identity_is_accessible_in_light_and_dark(string path, string button)
    {
        var page = await AsAsync("admin", path);
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, $"{path} with \"{button}\"");
    }

    [Fact]
    public async Task An_entrys_panel_is_accessible_in_light_and_dark()
    {
        var page = await AsAsync("admin", "/entries");
        await Rows(page).Filter(new() { HasText = "ap-payment" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("Evidence it requires");
        await AssertAccessibleInBothThemesAsync(page, "an entry's panel");
    }

    [Theory]
    [InlineData("/account/sign-in", "Sign in")]
    [InlineData("/account/set-up", "Make the first administrator")]
    public async Task The_pages_before_signing_in_are_accessible_in_light_and_dark(string path, string heading)
    {
        var page = await AnonymousAsync();
        await page.GotoAsync(path);
        await Expect(Heading(page, heading)).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, path);
    }
}
