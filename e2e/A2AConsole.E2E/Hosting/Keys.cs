using Microsoft.Playwright;

namespace A2AConsole.E2E.Hosting;

/// <summary>What hands do on a keyboard: reach something by Tab, and use it.</summary>
internal static class Keys
{
    // More than any page has before its content.
    private const int MostTabs = 150;

    /// <summary>Tabs until <paramref name="target"/> has the focus; fails when the keyboard does not reach it.</summary>
    public static async Task ReachAsync(this IPage page, ILocator target, bool backwards = false)
    {
        await Assertions.Expect(target).ToBeVisibleAsync();
        for (var i = 0; i < MostTabs; i++)
        {
            if (await target.EvaluateAsync<bool>("e => e === document.activeElement"))
                return;
            await page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
        }
        Assert.Fail($"The keyboard does not reach {target}");
    }

    /// <summary>Reaches a link or button and presses it.</summary>
    public static async Task PressAsync(this IPage page, ILocator target, bool backwards = false)
    {
        await page.ReachAsync(target, backwards);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Reaches a field and types into it.</summary>
    public static async Task TypeAsync(this IPage page, ILocator field, string text)
    {
        await page.ReachAsync(field);
        await page.Keyboard.TypeAsync(text);
        await Assertions.Expect(field).ToHaveValueAsync(text);
    }

    /// <summary>Reaches a radio group and walks to one of its choices by arrow.</summary>
    public static async Task ChooseAsync(this IPage page, ILocator chosen, ILocator wanted)
    {
        await page.ReachAsync(chosen);
        for (var i = 0; i < MostTabs && !await wanted.IsCheckedAsync(); i++)
            await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(wanted).ToBeCheckedAsync();
    }
}
