using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>An owner and her agents: what waits for her, a review, a rotation, a runtime that drifted. Without a pointer.</summary>
public sealed class OwnerJourney(ConsoleSite site) : Journey(site)
{
    private const string Rotated = "/agents/prod/logistics/route-optimizer";

    [Fact]
    public async Task An_owner_lands_on_her_certificates_and_confirms_an_agent_with_a_reason_by_keyboard()
    {
        var page = await AnonymousAsync();
        await page.GotoAsync("/");
        await page.TypeAsync(page.GetByLabel("User name"), "owner@acme.example");
        await page.TypeAsync(page.GetByLabel("Password", new() { Exact = true }), "Demo-acme-2026");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/certificates\\?mine=1"));
        await ReadyAsync(page);
        await Expect(Heading(page, "My certificates")).ToBeVisibleAsync();

        await page.PressAsync(page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("waits? for your decision") }));
        await Expect(Heading(page, "Reviews")).ToBeVisibleAsync();
        await page.PressAsync(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Partners, autumn" }));
        await Expect(Heading(page, "Partners, autumn")).ToBeVisibleAsync();
        await page.PressAsync(Rows(page).Filter(new() { HasText = "logistics-exception" }).GetByRole(AriaRole.Link).First);
        var panel = page.GetByRole(AriaRole.Complementary);
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Name = "logistics-exception", Level = 2 })).ToBeFocusedAsync();
        await AssertAccessibleInBothThemesAsync(page, "a review's panel");

        // A reason is asked for before anything is decided.
        var confirm = panel.GetByRole(AriaRole.Button, new() { Name = "Confirm logistics-exception" });
        await page.PressAsync(confirm);
        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("A reason is needed");
        var reason = panel.GetByLabel("Reason", new() { Exact = true }).First;
        await page.ReachAsync(reason, backwards: true);
        await page.Keyboard.TypeAsync("NordShip still reports our delays through it.");
        await page.PressAsync(confirm);
        await Expect(panel).ToContainTextAsync("by owner@acme.example");
        await Expect(Rows(page).Filter(new() { HasText = "logistics-exception" })).ToContainTextAsync("Confirmed");

        // Those of others are not hers to decide.
        await page.PressAsync(page.GetByRole(AriaRole.Group, new() { Name = "Whose" }).GetByRole(AriaRole.Link, new() { Name = "All" }), backwards: true);
        await page.PressAsync(Rows(page).Filter(new() { HasText = "warehouse-release" }).GetByRole(AriaRole.Link).First);
        await Expect(panel).ToContainTextAsync("manager@acme.example decides here");
    }

    [Fact]
    public async Task She_rotates_an_agents_key_and_its_new_certificate_appears_by_itself()
    {
        var page = await AsAsync("owner", Rotated);
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Certificate", Exact = true });
        var serial = card.Locator("dt:text-is('Serial') + dd");
        var before = await serial.InnerTextAsync();

        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Rotate key" }));
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("it makes a new key and gets a new certificate at once");
        await AssertAccessibleInBothThemesAsync(page, "the rotation's dialog");
        await page.TypeAsync(dialog.GetByLabel("Reason"), "a developer left the team");
        await page.PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Rotate the key of route-optimizer" }));
        await Expect(dialog).ToHaveCountAsync(0);

        // The running agent hears of it with its next message; the open page shows what came of it.
        await Expect(serial).Not.ToHaveTextAsync(before);
        await Expect(card).ToContainTextAsync("Healthy");
        await Expect(page.GetByTestId("edge-connections")).ToContainTextAsync("open");
    }

    [Fact]
    public async Task She_sees_which_of_her_agents_drifted_with_what_was_measured_beside_what_was_expected()
    {
        var page = await AsAsync("owner", "/certificates/attention?mine=1");
        await page.PressAsync(Rows(page).Filter(new() { HasText = "returns-desk" }).Filter(new() { HasText = "rift" }).GetByRole(AriaRole.Link).First);
        var panel = page.GetByRole(AriaRole.Complementary);
        await Expect(panel).ToContainTextAsync("image.digest");
        await AssertAccessibleInBothThemesAsync(page, "a finding's panel");

        // The certificate that it still has says what it was issued on.
        await GoAsync(page, "/certificates?mine=1");
        await page.PressAsync(Rows(page).Filter(new() { HasText = "returns-desk" }).GetByRole(AriaRole.Link).First);
        await Expect(panel).ToContainTextAsync("What it says of its agent");
        await Expect(panel).ToContainTextAsync("image, join-token, kubernetes");
        await AssertAccessibleInBothThemesAsync(page, "a certificate's panel");

        // So does everybody whose work it is.
        var analyst = await AsAsync("analyst", "/agents/prod/returns/returns-desk");
        await Expect(analyst.GetByRole(AriaRole.Main)).ToContainTextAsync("image.digest");
    }
}
