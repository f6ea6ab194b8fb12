using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>
/// An administrator gives up the issuing key and brings every agent over, by keyboard. On a site of its own: it changes every agent's certificate.
/// </summary>
public sealed class PlaybookJourney(ConsoleSite site) : Journey(site)
{
    // New keys are encrypted with a passphrase that is made slow to guess, and agents come when they next speak.
    private const float Played = 120_000;

    [Fact]
    public async Task An_emergency_is_played_to_its_end_with_who_is_done_and_who_is_stuck_and_why()
    {
        var emergency = await AnotherSiteAsync("--A2AConsole:Demo:History=false", "--A2AConsole:Demo:EventsPerSecond=8", "--A2AConsole:Demo:Attacks=false", "--A2AConsole:Trust:RekeyPatience=00:00:15");
        var page = await AnonymousAsync(at: emergency);
        await SignInAsync(page, "admin", "/authority");
        await Expect(Heading(page, "Authority")).ToBeVisibleAsync();
        var playbook = page.GetByRole(AriaRole.Region, new() { NameRegex = new Regex("playbook|[Rr]e-keying") });

        await page.PressAsync(playbook.GetByRole(AriaRole.Button, new() { Name = "Re-key everything" }));
        await AssertAccessibleInBothThemesAsync(page, "the playbook's form");
        await page.TypeAsync(playbook.GetByLabel(new Regex("^Type")), "acme.example");
        await page.TypeAsync(playbook.GetByLabel("Reason"), "a backup of the key directory is missing");
        await page.PressAsync(playbook.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(@"^Re-key \d+ agents$") }));

        // Everybody who runs comes; who drifted is stuck at once, and who hangs after a while.
        await Expect(playbook.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex(@"^Re-keying: [1-9]\d* of 1\d agents done$") })).ToBeVisibleAsync(new() { Timeout = Played });
        var stuck = playbook.GetByRole(AriaRole.Row);
        await Expect(stuck.Filter(new() { HasText = "returns-desk" })).ToContainTextAsync("Its renewal was refused", new() { Timeout = Played });
        await Expect(stuck.Filter(new() { HasText = "tracking-gateway" })).ToContainTextAsync("It was not seen since", new() { Timeout = Played });
        await Expect(playbook.GetByText("0 agents wait, 0 called")).ToBeVisibleAsync(new() { Timeout = Played });
        await AssertAccessibleInBothThemesAsync(page, "a running playbook");

        await page.PressAsync(playbook.GetByRole(AriaRole.Button, new() { Name = "Revoke the old key now" }));
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("have not come and will need a join token each");
        await AssertAccessibleInBothThemesAsync(page, "the playbook's last step");
        await page.TypeAsync(dialog.GetByLabel("Reason"), "the others came over");
        await page.TypeAsync(dialog.GetByLabel(new Regex("^Type")), "acme.example");
        await page.PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke the old key" }));
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(playbook.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("^The last re-keying brought") })).ToBeVisibleAsync();

        // The traffic went on, under the new key.
        await GoAsync(page, "/agents/prod/sensing/demand-feed");
        await Expect(page.GetByTestId("edge-connections")).ToContainTextAsync("open");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Certificate", Exact = true })).ToContainTextAsync("Healthy");
    }
}
