using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>An analyst opens an event and follows where it comes from and what came of it.</summary>
public sealed class ProvenanceJourney(ConsoleSite site) : Journey(site)
{
    [Fact]
    public async Task From_an_event_to_its_provenance_hidden_opened_as_a_table_by_keyboard_and_exported()
    {
        var page = await AsAsync("analyst", "/events?type=shipment.release&verdict=admitted&range=30d");
        await Rows(page).First.GetByRole(AriaRole.Link).First.ClickAsync();
        await page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Link, new() { Name = "Provenance" }).ClickAsync();
        await Expect(Heading(page, "Provenance")).ToBeVisibleAsync();
        var graph = page.Locator("svg.graph");
        await Expect(graph).ToBeVisibleAsync();
        await Expect(graph.Locator(".node > a[aria-label^='purchase.approved']")).ToBeVisibleAsync();
        await Expect(graph.Locator(".node > a[aria-label^='replenishment.proposed']")).ToBeVisibleAsync();
        await Expect(graph.Locator(".node > a[aria-label^='forecast.published']")).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, "the drawing of a provenance");

        // A node's details, as it stood then; hidden; shown again.
        var nodes = await graph.Locator(".node").CountAsync();
        await graph.Locator(".node > a[aria-label^='forecast.published']").First.ClickAsync();
        var panel = page.GetByRole(AriaRole.Complementary);
        await Expect(panel.GetByText("As it stood then")).ToBeVisibleAsync();
        await AssertAccessibleInBothThemesAsync(page, "a node of a provenance");
        await panel.GetByRole(AriaRole.Link, new() { Name = "Hide this node" }).ClickAsync();
        await Expect(page.GetByText("1 node is hidden")).ToBeVisibleAsync();
        Assert.True(await graph.Locator(".node").CountAsync() < nodes);
        await page.GetByRole(AriaRole.Link, new() { Name = "Show all again" }).ClickAsync();
        await Expect(graph.Locator(".node")).ToHaveCountAsync(nodes);

        // By keyboard: larger, fitted, the table.
        await page.Keyboard.PressAsync("+");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("zoom=125"));
        await page.Keyboard.PressAsync("0");
        await Expect(page).Not.ToHaveURLAsync(new System.Text.RegularExpressions.Regex("zoom="));
        await page.Keyboard.PressAsync("t");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("view=table"));
        await Expect(Rows(page)).ToHaveCountAsync(nodes);
        await AssertAccessibleInBothThemesAsync(page, "the table of a provenance");
        await page.GoBackAsync();
        await Expect(graph).ToBeVisibleAsync();

        await page.Locator("summary", new() { HasText = "Export" }).ClickAsync();
        var svg = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "SVG", Exact = true }).ClickAsync());
        Assert.Contains("<svg", await File.ReadAllTextAsync(await svg.PathAsync()), StringComparison.Ordinal);
        if (!await page.GetByRole(AriaRole.Link, new() { Name = "PNG", Exact = true }).IsVisibleAsync())
            await page.Locator("summary", new() { HasText = "Export" }).ClickAsync();
        var png = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "PNG", Exact = true }).ClickAsync());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(await png.PathAsync()))[..4]);
    }

    [Fact]
    public async Task A_poisoned_signal_is_followed_forward_to_what_it_moved()
    {
        var page = await AsAsync("analyst", "/events?type=demand.signal&verdict=admitted&range=30d");
        await Expect(Rows(page).First).ToBeVisibleAsync();
        // An old signal: much may have come of it.
        await Rows(page).Last.GetByRole(AriaRole.Link).First.ClickAsync();
        await page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Link, new() { Name = "Provenance" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Who was affected?" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("dir=affected"));
        await Expect(page.Locator(".totals")).ToContainTextAsync("Messages");
        await AssertAccessibleInBothThemesAsync(page, "who was affected");
    }
}
