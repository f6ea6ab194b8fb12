using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>Everything without a pointer.</summary>
public sealed class KeyboardJourney(ConsoleSite site) : Journey(site)
{
    [Fact]
    public async Task A_slash_searches_and_the_search_jumps_to_an_agent()
    {
        var page = await AsAsync("analyst", "/");
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox, new() { Name = "Jump to" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("ap-payment");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(Site.Address + ConsolePages.SomeAgent);
        await Expect(Heading(page, "ap-payment")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_question_mark_opens_the_shortcuts_and_two_letters_go_to_a_page()
    {
        var page = await AsAsync("analyst", "/");
        await page.Keyboard.PressAsync("?");
        var sheet = page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" });
        await Expect(sheet).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(sheet).ToBeHiddenAsync();

        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("q");
        await Expect(Heading(page, "Quarantine")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_list_is_walked_opened_and_closed_and_the_focus_comes_back()
    {
        var page = await AsAsync("analyst", "/events?range=24h");
        await Expect(Rows(page).Nth(2)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("p");
        await Expect(page.GetByTestId("pause")).ToHaveTextAsync("Resume");

        await page.Keyboard.PressAsync("j");
        await Expect(Rows(page).First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(Rows(page).Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("k");
        await Expect(Rows(page).First).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex(@"/events/\d+\?range=24h$"));
        await Expect(page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Heading, new() { Level = 2 })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Complementary)).ToHaveCountAsync(0);
        await Expect(Rows(page).First).ToBeFocusedAsync();
    }
}
