using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>A person arranges her tables, and finds them so wherever she signs in.</summary>
public sealed class TablesJourney(ConsoleSite site) : Journey(site)
{
    [Theory]
    [InlineData("/events?range=24h", "To", "Digest")]
    [InlineData("/quarantine", "Type", "Address")]
    [InlineData("/agents", "Organisation", "Admitted")]
    [InlineData("/certificates", "Owner", "Ends")]
    public async Task Columns_and_density_are_kept_with_the_person(string path, string hidden, string shown)
    {
        var page = await AsAsync("owner", path);
        var heads = page.Locator("[data-list]").GetByRole(AriaRole.Columnheader);
        await Expect(Rows(page).First).ToBeVisibleAsync();
        await Expect(Head(heads, hidden)).ToHaveCountAsync(1);
        await Expect(Head(heads, shown)).ToHaveCountAsync(0);
        var tall = await RowHeightAsync(page);

        await OpenMenuAsync(page);
        await page.GetByLabel(hidden, new() { Exact = true }).UncheckAsync();
        await page.GetByLabel(shown, new() { Exact = true }).CheckAsync();
        await page.GetByLabel("Compact", new() { Exact = true }).CheckAsync();
        await AssertAccessibleAsync(page, path + " with the columns' menu");
        await ArrangedAsync(page);

        // In another browser, from the server's first answer on.
        var elsewhere = await AnonymousAsync();
        await SignInAsync(elsewhere, "owner");
        var answer = await elsewhere.GotoAsync(path);
        Assert.Contains("compact", await answer!.TextAsync(), StringComparison.Ordinal);
        await ReadyAsync(elsewhere);
        await ArrangedAsync(elsewhere);

        // And nobody else's.
        var colleague = await AsAsync("manager", path);
        await Expect(Head(colleague.Locator("[data-list]").GetByRole(AriaRole.Columnheader), hidden)).ToHaveCountAsync(1);

        await OpenMenuAsync(page);
        await page.GetByLabel(hidden, new() { Exact = true }).CheckAsync();
        await page.GetByLabel(shown, new() { Exact = true }).UncheckAsync();
        await page.GetByLabel("Comfortable", new() { Exact = true }).CheckAsync();
        await Expect(Head(heads, hidden)).ToHaveCountAsync(1);

        async Task ArrangedAsync(IPage where)
        {
            var its = where.Locator("[data-list]").GetByRole(AriaRole.Columnheader);
            await Expect(Head(its, hidden)).ToHaveCountAsync(0);
            await Expect(Head(its, shown)).ToHaveCountAsync(1);
            await Expect(where.Locator("table.compact")).ToBeVisibleAsync();
            Assert.True(await RowHeightAsync(where) < tall);
        }
    }

    /// <summary>
    /// The height of a row in pixels. Measured in one step of the page's own script: the list is live, and a row that was found
    /// a moment ago may have been replaced before it could be measured.
    /// </summary>
    private static async Task<double> RowHeightAsync(IPage page)
    {
        var height = await page.WaitForFunctionAsync("() => document.querySelector('[data-list] [data-row]')?.getBoundingClientRect().height");
        return await height.JsonValueAsync<double>();
    }

    private static ILocator Head(ILocator heads, string name) => heads.Filter(new() { HasTextRegex = new("^" + name + "$") });

    private static async Task OpenMenuAsync(IPage page)
    {
        var menu = page.Locator("details.drop-menu:has(summary:has-text('Columns'))");
        if (await menu.GetAttributeAsync("open") is null)
            await menu.Locator("summary").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Columns and density" })).ToBeVisibleAsync();
    }
}
