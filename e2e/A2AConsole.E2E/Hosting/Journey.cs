using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E.Hosting;

/// <summary>
/// What people do in the console. Each page opened is a browser context of its own, closed at the end; the journey fails when
/// a browser's console showed an error.
/// </summary>
public abstract partial class Journey(ConsoleSite site) : IAsyncLifetime
{
    /// <summary>How long a condition may take to come true on a busy machine.</summary>
    protected const float Patience = 30_000;

    private readonly ConcurrentQueue<string> _errors = [];
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<IAsyncDisposable> _owned = [];

    static Journey() => SetDefaultExpectTimeout(Patience);

    protected ConsoleSite Site { get; } = site;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Site.Browser is null, Site.NoBrowser);
        return ValueTask.CompletedTask;
    }

    /// <summary>A blank page of a visitor who has not signed in.</summary>
    protected Task<IPage> AnonymousAsync(int width = 1440, int height = 900, ConsoleSite? at = null) => OpenAsync(null, width, height, at);

    /// <summary>A blank page of a demo user who has signed in: <c>analyst</c>, <c>owner</c>, <c>manager</c>, <c>auditor</c> or <c>admin</c>.</summary>
    protected async Task<IPage> AsAsync(string role, int width = 1440, int height = 900)
    {
        var session = await Site.SessionAsync(role, async () =>
        {
            var first = await AnonymousAsync();
            await SignInAsync(first, role);
            return await first.Context.StorageStateAsync();
        });
        return await OpenAsync(session, width, height);
    }

    /// <summary>Another site, for what would get in other journeys' way; it goes once its pages are closed.</summary>
    protected async Task<ConsoleSite> AnotherSiteAsync(params string[] settings)
    {
        var another = await Site.AnotherAsync(settings);
        _owned.Add(another);
        return another;
    }

    /// <summary>A demo user's page with one of the console's pages opened in it.</summary>
    protected async Task<IPage> AsAsync(string role, string path)
    {
        var page = await AsAsync(role);
        await GoAsync(page, path);
        return page;
    }

    /// <summary>Signs in by the form, from whatever page the visitor asked for.</summary>
    protected static async Task SignInAsync(IPage page, string role, string path = "/", string password = "Demo-acme-2026")
    {
        await page.GotoAsync(path);
        await TrySignInAsync(page, role, password);
        await Expect(page).Not.ToHaveURLAsync(new Regex("sign-in"));
        await ReadyAsync(page);
    }

    /// <summary>Fills the sign-in form and sends it.</summary>
    protected static async Task TrySignInAsync(IPage page, string role, string password)
    {
        await page.GetByLabel("User name").FillAsync($"{role}@acme.example");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    /// <summary>Opens a page of the console and waits until it is interactive.</summary>
    protected static async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await ReadyAsync(page);
    }

    /// <summary>Interactive means: the circuit is up, which the connection state in the top bar says.</summary>
    protected static Task ReadyAsync(IPage page) => Expect(page.GetByTestId("connection-state")).ToHaveTextAsync("live");

    /// <summary>The rows of the page's list.</summary>
    protected static ILocator Rows(IPage page) => page.Locator("[data-list] [data-row]");

    /// <summary>
    /// Those of the events list that are events which one of the eight checks refused. "Refused" alone is also said of
    /// connections, which never brought an event, and of summaries, which stand for many.
    /// </summary>
    protected static ILocator RefusedEvents(IPage page)
        => Rows(page).Filter(new() { Has = page.Locator(".c-type .why", new() { HasTextRegex = CodeOfACheck() }) });

    /// <summary>Chooses one of an open panel's tabs; ends when that tab shows its content.</summary>
    protected static async Task ChooseTabAsync(ILocator panel, string tab)
    {
        var link = panel.GetByRole(AriaRole.Link, new() { Name = tab, Exact = true });
        await link.ClickAsync();
        await Expect(link).ToHaveAttributeAsync("aria-current", "page");
        await Expect(panel.Locator(".skeleton")).ToHaveCountAsync(0);
    }

    /// <summary>The page's heading.</summary>
    protected static ILocator Heading(IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true, Level = 1 });

    /// <summary>WCAG 2.2 A and AA by axe; the message names each violation and where.</summary>
    protected static async Task AssertAccessibleAsync(IPage page, string where)
    {
        var result = await page.RunAxe(new AxeRunOptions
        {
            RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
        });
        Assert.True(result.Violations.Length == 0, where + ":\n" + string.Join('\n', result.Violations.Select(v =>
            $"{v.Id}: {v.Help} at {string.Join(", ", v.Nodes.Take(5).Select(n => n.Html))}")));
    }

    /// <summary>The same in light and in dark.</summary>
    protected static async Task AssertAccessibleInBothThemesAsync(IPage page, string where)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await AssertAccessibleAsync(page, $"{where}, {scheme}");
        }
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    private async Task<IPage> OpenAsync(string? session, int width, int height, ConsoleSite? at = null)
    {
        var context = await Site.Browser!.NewContextAsync(new()
        {
            BaseURL = (at ?? Site).Address,
            StorageState = session,
            ViewportSize = new() { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
            ColorScheme = ColorScheme.Light,
        });
        _contexts.Add(context);
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Enqueue($"{page.Url}: {message.Text} {message.Location}");
        };
        page.PageError += (_, error) => _errors.Enqueue($"{page.Url}: {error}");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
            await context.CloseAsync();
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        GC.SuppressFinalize(this);
        Assert.True(_errors.IsEmpty, "Errors in the browser's console:\n" + string.Join('\n', _errors));
    }

    [GeneratedRegex("^(too-large|rate-limited|malformed|duplicate-member|unknown-critical-member|unsupported-payload-type|signature-missing|signature-incomplete|signature-invalid|wrong-signer"
        + "|algorithm-forbidden|batch-proof-invalid|source-mismatch|stale|expired|not-yet-valid|lifetime-too-long|replayed|idempotency-conflict|unknown-type|schema-violation)$")]
    private static partial Regex CodeOfACheck();
}
