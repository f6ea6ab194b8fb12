using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>An analyst cuts a partner's agent off, by keyboard, and watches its connection drop.</summary>
public sealed class RevocationJourney(ConsoleSite site) : Journey(site)
{
    // The story does without this agent, and so do the other journeys.
    private const string Planner = "/agents/partner/terminal/berth-planner";

    // Within a second, says the product; the rest is the browser's, on a busy machine.
    private const float Soon = 5_000;

    [Fact]
    public async Task Suspending_closes_the_connection_resuming_lets_it_in_and_revoking_is_for_good()
    {
        var page = await AsAsync("analyst", Planner);
        var connections = page.GetByTestId("edge-connections");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(connections).ToContainTextAsync("open");

        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Suspend" }));
        await Expect(dialog).ToContainTextAsync("closes its connections within a second");
        await AssertAccessibleInBothThemesAsync(page, "the suspension's dialog");
        await page.TypeAsync(dialog.GetByLabel("Reason"), "asks for quotes at night");
        await page.PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Suspend berth-planner" }));
        await Expect(connections).ToContainTextAsync("Cut off", new() { Timeout = Soon });

        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Resume" }));
        await page.TypeAsync(dialog.GetByLabel("Reason"), "the partner explained it");
        await page.PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Resume berth-planner" }));
        await Expect(connections).ToContainTextAsync("open");

        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Revoke certificate" }));
        await Expect(dialog).ToContainTextAsync("What will happen, at once and for good:");
        var certificate = dialog.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("This certificate") });
        await page.ChooseAsync(certificate, dialog.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^The agent") }));
        await Expect(dialog).ToContainTextAsync("open connections close within a second");
        await AssertAccessibleInBothThemesAsync(page, "the revocation's dialog");
        var reason = dialog.GetByLabel("Reason (RFC 5280)");
        await page.ReachAsync(reason);
        await page.Keyboard.TypeAsync("Its key");
        if (await reason.InputValueAsync() != "keyCompromise")
            await reason.PressAsync("ArrowDown");
        await Expect(reason).Not.ToHaveValueAsync("");
        await page.TypeAsync(dialog.GetByLabel("What happened"), "the laptop with its key was stolen");
        await page.PressAsync(dialog.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(@"^Revoke \d+ certificates?$") }));

        await Expect(connections).ToContainTextAsync("Cut off", new() { Timeout = Soon });
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Identity" })).ToContainTextAsync("Revoked");
    }
}
