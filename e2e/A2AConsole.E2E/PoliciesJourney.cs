using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>A change of the policies goes its whole way: drafted, failed by its tests, mended, replayed, approved by a second person, active, and rolled back.</summary>
public sealed class PoliciesJourney(ConsoleSite site) : Journey(site)
{
    // Tests, validation and replays are work of the engine, on a machine that others keep busy.
    private const float Worked = 90_000;

    [Fact]
    public async Task A_change_is_drafted_failed_mended_replayed_approved_activated_and_rolled_back()
    {
        var page = await AsAsync("admin", "/policies");
        await Expect(page.Locator(".says").First).ToContainTextAsync("decides since");
        await page.GetByRole(AriaRole.Button, new() { Name = "Draft a change" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("What it is for").FillAsync("say the guard's reason better");
        await AssertAccessibleAsync(page, "the dialog of a draft");
        await dialog.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Begin the draft") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run its tests" })).ToBeVisibleAsync();
        var draft = new Uri(page.Url).AbsolutePath;

        await EditAsync(page, draft, "20-guards.cedar", "context.risk > 100", "context.risk > 1000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run its tests" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex(@"^\d+ of \d+ tests fail$") })).ToBeVisibleAsync(new() { Timeout = Worked });
        // The pointer lies on the button that was pressed, whose colour is on its way between two themes.
        await page.Mouse.MoveAsync(0, 0);
        await AssertAccessibleInBothThemesAsync(page, "tests that fail");

        await EditAsync(page, draft, "20-guards.cedar", "context.risk > 1000", "context.risk > 100");
        await EditAsync(page, draft, "20-guards.cedar", "Cost and risk must be in range", "Cost and risk must be within their ranges");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run its tests" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex(@"^\d+ tests pass$") })).ToBeVisibleAsync(new() { Timeout = Worked });

        await ChooseAsync(page, "Replay");
        await page.GetByRole(AriaRole.Button, new() { Name = "Last 7 days" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("would change|Nothing was decided") })).ToBeVisibleAsync(new() { Timeout = Worked });
        await AssertAccessibleInBothThemesAsync(page, "a replay");
        await ChooseAsync(page, "Changes");
        await Expect(page.Locator(".changed").First).ToContainTextAsync("bad-figures", new() { Timeout = Worked });
        await AssertAccessibleInBothThemesAsync(page, "what differs");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Let it decide beside") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true })).ToHaveAttributeAsync("aria-disabled", "true");

        var manager = await AsAsync("manager", draft);
        await manager.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await ConfirmAsync(manager, "read every line of it", "Approve ");

        await page.GetByRole(AriaRole.Button, new() { Name = "Activate", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("can be rolled back to in one step");
        await ConfirmAsync(page, "agreed in the weekly meeting", "Activate ");
        await Expect(page.Locator(".says").First).ToContainTextAsync("It decides since", new() { Timeout = Worked });

        await GoAsync(page, "/policies");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Roll back to") }).ClickAsync();
        await ConfirmAsync(page, "it was only a journey", "Roll back to ");
        await Expect(page.Locator("tr", new() { HasText = "Superseded" })).ToHaveCountAsync(1, new() { Timeout = Worked });
        await AssertAccessibleInBothThemesAsync(page, "the policies");
    }

    private static async Task EditAsync(IPage page, string draft, string file, string from, string to)
    {
        await GoAsync(page, $"{draft}?file={file}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var text = page.GetByRole(AriaRole.Textbox, new() { Name = file, Exact = true });
        await text.FillAsync((await text.InputValueAsync()).Replace(from, to, StringComparison.Ordinal));
        await Expect(page.GetByText("It validates against the schema.")).ToBeVisibleAsync(new() { Timeout = Worked });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save " + file }).ClickAsync();
        await Expect(page.Locator(".policy-code")).ToContainTextAsync(to);
    }

    private static async Task ChooseAsync(IPage page, string tab)
    {
        var link = page.GetByRole(AriaRole.Navigation, new() { Name = "About this version" }).GetByRole(AriaRole.Link, new() { Name = tab, Exact = true });
        await link.ClickAsync();
        await Expect(link).ToHaveAttributeAsync("aria-current", "page");
    }

    private static async Task ConfirmAsync(IPage page, string reason, string verb)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Reason").FillAsync(reason);
        await dialog.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^" + verb) }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0, new() { Timeout = Worked });
    }
}
