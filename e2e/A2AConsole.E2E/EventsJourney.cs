using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>An analyst watches traffic live, narrows it down and opens what she finds.</summary>
public sealed partial class EventsJourney(ConsoleSite site) : Journey(site)
{
    [Fact]
    public async Task A_live_event_arrives_in_the_open_page_without_a_reload()
    {
        var page = await AsAsync("analyst", "/events");
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await page.EvaluateAsync("window.stillHere = true");
        var newest = await TopAsync(page);

        await Expect(Rows(page).First).Not.ToHaveAttributeAsync("id", newest);
        Assert.True(await page.EvaluateAsync<bool>("window.stillHere === true"));
        Assert.True(Leaf(await TopAsync(page)) > Leaf(newest));
    }

    [Fact]
    public async Task Pausing_holds_the_rows_and_counts_what_waits_and_resuming_shows_it()
    {
        var page = await AsAsync("analyst", "/events");
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await page.GetByTestId("pause").ClickAsync();
        await Expect(page.GetByTestId("pause")).ToHaveTextAsync("Resume");
        var newest = await TopAsync(page);

        await Expect(page.GetByTestId("waiting")).ToHaveTextAsync(SomeNew());
        await Expect(page.GetByText(CameSince())).ToBeVisibleAsync();
        Assert.Equal(newest, await TopAsync(page));

        await page.GetByTestId("pause").ClickAsync();
        await Expect(page.GetByTestId("pause")).ToHaveTextAsync("Pause");
        await Expect(Rows(page).First).Not.ToHaveAttributeAsync("id", newest);
        await Expect(page.GetByTestId("waiting")).ToHaveCountAsync(0);
        // What waited is there between the old top and the new one: nothing was dropped.
        await Expect(page.Locator($"#leaf-{Leaf(newest)} ~ [data-row]").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_filter_is_in_the_address_and_the_address_is_the_filter()
    {
        var page = await AsAsync("analyst", "/events?range=24h");
        await page.GetByLabel("Verdict", new() { Exact = true }).SelectOptionAsync("refused");
        await Expect(page).ToHaveURLAsync(new Regex("verdict=refused"));
        await OnlyRefusedAsync(page);

        var colleague = await AsAsync("auditor", new Uri(page.Url).PathAndQuery);
        await Expect(colleague.GetByLabel("Verdict", new() { Exact = true })).ToHaveValueAsync("refused");
        await OnlyRefusedAsync(colleague);

        // A filter replaces the address, another range is a step: Back undoes that step and keeps the filter.
        await page.GetByRole(AriaRole.Link, new() { Name = "7 days" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("range=7d"));
        await page.GoBackAsync();
        await Expect(page).ToHaveURLAsync(Site.Address + "/events?range=24h&verdict=refused");
        await OnlyRefusedAsync(page);

        await page.GetByRole(AriaRole.Link, new() { Name = "Clear", Exact = true }).ClickAsync();
        await Expect(Rows(page).Filter(new() { HasText = "Admitted" }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_row_opens_the_envelope_the_eight_verdicts_and_the_proof_under_an_address_of_its_own()
    {
        var page = await AsAsync("analyst", "/events?range=24h&verdict=admitted");
        var row = Rows(page).First;
        await Expect(row).ToBeVisibleAsync();
        await page.GetByTestId("pause").ClickAsync();
        await Expect(page.GetByTestId("pause")).ToHaveTextAsync("Resume");
        var leaf = Leaf(await TopAsync(page));
        await row.GetByRole(AriaRole.Link).First.ClickAsync();

        await Expect(page).ToHaveURLAsync(Site.Address + $"/events/{leaf}?range=24h&verdict=admitted");
        var panel = page.GetByRole(AriaRole.Complementary);
        var checks = panel.GetByRole(AriaRole.Region, new() { Name = "The eight checks" }).GetByRole(AriaRole.Listitem);
        await Expect(checks).ToHaveCountAsync(8);
        await Expect(checks.Filter(new() { HasText = "Passed" })).ToHaveCountAsync(8);

        await panel.GetByRole(AriaRole.Link, new() { Name = "What was sent" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "The signed event" })).ToContainTextAsync("\"specversion\": \"1.0\"");
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "As it came" })).ToContainTextAsync("payloadType");

        await panel.GetByRole(AriaRole.Link, new() { Name = "Proof" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Heading, new() { Name = "It is on the ledger" })).ToBeVisibleAsync();

        // The same address in a browser that has never been there.
        var colleague = await AsAsync("manager", new Uri(page.Url).PathAndQuery);
        await Expect(colleague.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Heading, new() { Name = "It is on the ledger" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Close the panel" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(page).ToHaveURLAsync(Site.Address + "/events?range=24h&verdict=admitted");
    }

    [Fact]
    public async Task A_refused_event_shows_its_code_its_reason_and_the_check_that_failed()
    {
        var page = await AsAsync("analyst", "/events?range=24h&code=signature-invalid");
        await Expect(Rows(page).First).ToContainTextAsync("signature-invalid");
        await Rows(page).First.GetByRole(AriaRole.Link).First.ClickAsync();

        var panel = page.GetByRole(AriaRole.Complementary);
        await Expect(panel).ToContainTextAsync("signature-invalid");
        await Expect(panel).ToContainTextAsync("What to do.");
        var checks = panel.GetByRole(AriaRole.Region, new() { Name = "The eight checks" }).GetByRole(AriaRole.Listitem);
        await Expect(checks).ToHaveCountAsync(8);
        await Expect(checks.Filter(new() { HasText = "Failed" })).ToContainTextAsync("Signature");
        await Expect(checks.Filter(new() { HasText = "Not reached" }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_quarantine_keeps_what_was_refused_with_its_bytes()
    {
        var page = await AsAsync("analyst", "/quarantine?code=signature-invalid");
        await Rows(page).First.GetByRole(AriaRole.Link).First.ClickAsync();
        var panel = page.GetByRole(AriaRole.Complementary);
        await Expect(panel).ToContainTextAsync("signature-invalid");
        await Expect(panel.GetByRole(AriaRole.Region, new() { Name = "What was received" })).ToContainTextAsync("payloadType");
        await Expect(page).ToHaveURLAsync(new Regex("/quarantine/\\d+"));
    }

    private static async Task OnlyRefusedAsync(IPage page)
    {
        await Expect(Rows(page).Filter(new() { HasText = "Refused" }).First).ToBeVisibleAsync();
        await Expect(Rows(page).Filter(new() { HasText = "Admitted" })).ToHaveCountAsync(0);
    }

    private static async Task<string> TopAsync(IPage page) => (await Rows(page).First.GetAttributeAsync("id"))!;

    private static long Leaf(string rowId) => long.Parse(rowId["leaf-".Length..], System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\d+ new$")]
    private static partial Regex SomeNew();

    [GeneratedRegex(@"^Paused for you\. \d+ came since\.$")]
    private static partial Regex CameSince();
}
