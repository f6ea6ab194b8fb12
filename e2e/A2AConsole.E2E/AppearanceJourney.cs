using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>Light and dark, wide and narrow, and the pictures of both for the README.</summary>
public sealed class AppearanceJourney(ConsoleSite site) : Journey(site)
{
    [Fact]
    public async Task The_dark_theme_is_remembered_and_is_in_the_first_byte_of_the_page()
    {
        var page = await AsAsync("manager", "/");
        var root = page.Locator("html");
        var light = await GroundAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await Expect(root).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" })).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.NotEqual(light, await GroundAsync(page));

        var answer = await page.ReloadAsync();
        Assert.Contains("data-theme=\"dark\"", (await answer!.TextAsync())[..400], StringComparison.Ordinal);
        await ReadyAsync(page);
        await Expect(root).ToHaveAttributeAsync("data-theme", "dark");

        // With the person, not only with the browser.
        var elsewhere = await AnonymousAsync();
        await SignInAsync(elsewhere, "manager");
        await Expect(elsewhere.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await elsewhere.GetByRole(AriaRole.Button, new() { Name = "Theme of the system" }).ClickAsync();
        await Expect(elsewhere.Locator("html")).Not.ToHaveAttributeAsync("data-theme", "dark");
    }

    [Fact]
    public async Task On_a_phone_the_bottom_bar_leads_everywhere_and_nothing_scrolls_sideways()
    {
        var page = await AsAsync("admin", 390, 844);
        await GoAsync(page, "/");
        var bar = page.GetByRole(AriaRole.Navigation, new() { Name = "Groups" });
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Pages", Exact = true })).ToBeHiddenAsync();
        await bar.GetByText("Watch").ClickAsync();
        await bar.GetByRole(AriaRole.Link, new() { Name = "Events" }).ClickAsync();
        await Expect(Heading(page, "Events")).ToBeVisibleAsync();
        await bar.GetByRole(AriaRole.Link, new() { Name = "Prove" }).ClickAsync();
        await Expect(Heading(page, "Audit")).ToBeVisibleAsync();

        foreach (var (path, heading) in ConsolePages.All)
        {
            await GoAsync(page, path);
            await Expect(Heading(page, heading)).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Main).Locator(".skeleton")).ToHaveCountAsync(0);
            await AssertFitsAsync(page, path);
        }
        await GoAsync(page, "/events?range=24h");
        await Rows(page).First.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Heading, new() { Level = 3 }).First).ToBeVisibleAsync();
        await AssertFitsAsync(page, "an event's panel");
    }

    [Fact]
    public async Task On_a_phone_the_forms_about_users_fit_and_are_accessible()
    {
        var page = await AsAsync("admin", 390, 844);
        foreach (var button in new[] { "Add a user", "Change role of manager@acme.example", "Reset password of manager@acme.example", "Disable manager@acme.example" })
        {
            await GoAsync(page, "/settings/users");
            await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
            var form = page.Locator("form.form");
            await Expect(form).ToBeVisibleAsync();
            await AssertFitsAsync(page, button);
            foreach (var part in await form.Locator("p, input, button, label").AllAsync())
                Assert.True(await part.EvaluateAsync<bool>("e => e.getBoundingClientRect().right <= innerWidth"), $"{button}: {await part.EvaluateAsync<string>("e => e.outerHTML")} is cut");
            await AssertAccessibleAsync(page, button);
        }
    }

    [Theory]
    [InlineData("overview", "/", "Overview")]
    [InlineData("events", "/events?range=24h", "Events")]
    [InlineData("agent", ConsolePages.SomeAgent, "ap-payment")]
    [InlineData("certificates", "/certificates", "Certificates")]
    public async Task The_pages_of_the_readme_show_the_demo_at_work(string name, string path, string heading)
    {
        var page = await AsAsync("analyst", 1440, 980);
        await GoAsync(page, path);
        await Expect(Heading(page, heading)).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Main).Locator(".skeleton")).ToHaveCountAsync(0);
        if (name == "events")
        {
            await RefusedEvents(page).First.GetByRole(AriaRole.Link).First.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "The eight checks" })).ToBeVisibleAsync();
        }
        if (!ConsoleSite.MakesPictures)
            return;
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.Mouse.MoveAsync(0, 0);
        await page.ScreenshotAsync(new() { Path = Path.Combine(ConsoleSite.Pictures, name + ".png") });
    }

    private static Task<string> GroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    private static async Task AssertFitsAsync(IPage page, string where)
    {
        var (wide, room) = (await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth"), await page.EvaluateAsync<int>("window.innerWidth"));
        Assert.True(wide <= room, $"{where} is {wide} px wide in a window of {room} px");
    }
}
