using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>An administrator asks a role for two signatures, and gives an algorithm up and takes it back.</summary>
public sealed class AlgorithmsJourney(ConsoleSite site) : Journey(site)
{
    [Fact]
    public async Task A_role_is_registered_whose_every_event_needs_two_signatures()
    {
        var page = await AsAsync("admin", "/entries");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register a role" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Environment", new() { Exact = true }).FillAsync("test");
        await dialog.GetByLabel("Role", new() { Exact = true }).FillAsync("two-keys");
        await dialog.GetByLabel("Organisation", new() { Exact = true }).FillAsync("Acme");
        var both = dialog.GetByLabel("Every event needs two signatures");
        await both.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(both).ToBeCheckedAsync();
        await AssertAccessibleAsync(page, "the entry's dialog");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Register two-keys" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("Two: classical and post-quantum");
    }

    [Fact]
    public async Task An_algorithm_is_given_up_with_what_relies_on_it_in_view_and_taken_back()
    {
        var page = await AsAsync("admin", "/certificates/algorithms");
        await DecideAsync(page, "deprecated", "Deprecate ml-dsa-44", "the larger parameter set is enough");
        await Expect(page.GetByText("1 algorithm runs out")).ToBeVisibleAsync();
        await DecideAsync(page, "allowed", "Allow ml-dsa-44", "taken back, it was a rehearsal");
        await Expect(page.GetByText("No algorithm in use runs out.")).ToBeVisibleAsync();
    }

    private static async Task DecideAsync(IPage page, string status, string verb, string reason)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Decide about ml-dsa-44 as events" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.Locator(".impact")).ToContainTextAsync("used it in the last 30 days");
        await dialog.GetByRole(AriaRole.Radio, new() { Name = status + ":" }).CheckAsync();
        await dialog.GetByLabel("Reason", new() { Exact = true }).FillAsync(reason);
        await AssertAccessibleAsync(page, "the decision's dialog");
        await dialog.GetByRole(AriaRole.Button, new() { Name = verb }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
    }
}
