using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>An analyst works through the queue without a pointer, while a second one looks on: both on the demo's own alerts.</summary>
public sealed class TriageJourney(ConsoleSite site) : Journey(site)
{
    private const int Worked = 12;
    // The demo's attacks come by themselves, a few seconds apart; detection says what it makes of them.
    private const float UntilRaised = 180_000;

    [Fact]
    public async Task Twelve_alerts_become_an_incident_and_an_evidence_pack_by_keyboard_while_another_analyst_sees_it()
    {
        var page = await AsAsync("analyst", "/alerts?sort=time");
        var rows = Rows(page);
        await Expect(rows.Nth(Worked - 1)).ToBeVisibleAsync(new() { Timeout = UntilRaised });
        await page.Keyboard.PressAsync("p");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, "alerts");
        var first = await rows.First.GetAttributeAsync("id");
        var other = await AsAsync("admin", "/alerts?sort=time");
        await other.Keyboard.PressAsync("p");

        // One is read, given to herself from the keyboard, and the other sees whose it is.
        await page.Keyboard.PressAsync("j");
        await Expect(rows.First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        var panel = page.GetByRole(AriaRole.Complementary);
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Name = "Why" })).ToBeVisibleAsync();
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Name = "Like cases" })).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, "an alert's panel");
        await page.Keyboard.PressAsync("a");
        await Expect(page.GetByLabel("To", new() { Exact = true })).ToBeFocusedAsync();
        await AssertAccessibleInBothThemesAsync(page, "the dialog to assign");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(panel).ToContainTextAsync("with analyst@acme.example");
        await Expect(other.Locator($"#{first}")).ToContainTextAsync("analyst");
        // While the dialog is still going, Escape is the dialog's.
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToHaveCountAsync(0);

        // Two are closed with one reason, and taken back.
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await Expect(page.GetByText("2 alerts chosen")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("e");
        var reason = page.GetByLabel("Reason");
        await Expect(reason).ToBeFocusedAsync();
        await AssertAccessibleInBothThemesAsync(page, "the dialog to close");
        await page.Keyboard.TypeAsync("looked like the drill of this morning");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".said")).ToContainTextAsync("Closed as a true positive");
        await page.Keyboard.PressAsync("u");
        await Expect(page.Locator(".said")).ToContainTextAsync("Open again");

        // Twelve, those two among them, become an incident.
        await GoAsync(page, "/alerts?tab=all&sort=time");
        await page.Keyboard.PressAsync("p");
        await Expect(rows.Nth(Worked - 1)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(rows.First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("x");
        for (var i = 1; i < Worked; i++)
            await page.Keyboard.PressAsync("j");
        await Expect(rows.Nth(Worked - 1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Shift+X");
        await Expect(page.GetByText($"{Worked} alerts chosen")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("i");
        var title = page.GetByLabel("Title of the incident");
        await Expect(title).ToBeFocusedAsync();
        await AssertAccessibleInBothThemesAsync(page, "the dialog for an incident");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("The night of the replays");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".said")).ToContainTextAsync("in incident");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("i");
        await Expect(Heading(page, "Incidents")).ToBeVisibleAsync();
        await Expect(rows.First).ToContainTextAsync("The night of the replays");
        await page.Keyboard.PressAsync("j");
        await Expect(rows.First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(Heading(page, "The night of the replays")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex($"^{Worked} alerts of ") })).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, "an incident");
        await GoAsync(other, new Uri(page.Url).PathAndQuery);

        // What is to be done, and the evidence.
        await page.GetByLabel("What is to be done").FocusAsync();
        await page.Keyboard.TypeAsync("ask the agents' owners");
        await page.Keyboard.PressAsync("Enter");
        await Expect(other.Locator(".tasks")).ToContainTextAsync("ask the agents' owners");
        var evidence = page.GetByRole(AriaRole.Link, new() { Name = "Evidence pack" });
        await evidence.FocusAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        var pack = Path.Combine(Site.Directory, "evidence.zip");
        await download.SaveAsAsync(pack);
        var bundle = Path.Combine(Site.Directory, "pack-bundle.pem");
        await GoAsync(other, "/audit");
        var key = await other.GetByRole(AriaRole.Button, new() { Name = "Copy verifier key" }).GetAttributeAsync("data-copy");
        await (await other.RunAndWaitForDownloadAsync(() => other.GetByRole(AriaRole.Link, new() { Name = "bundle.pem" }).ClickAsync())).SaveAsAsync(bundle);
        var (exit, output) = await CommandLine.RunAsync("verify", pack, "--bundle", bundle, "--ledger-key", key!);
        Assert.True(exit == 0, output);
    }
}
