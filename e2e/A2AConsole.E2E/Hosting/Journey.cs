using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace A2AConsole.E2E.Hosting;

/// <summary>
/// One person's session: a browser context of its own, signed in as a demo user. Ends by asserting that the browser's
/// console stayed free of errors.
/// </summary>
public abstract class Journey(ConsoleSite site) : IAsyncLifetime
{
    private readonly List<string> _errors = [];
    private IBrowserContext? _context;

    protected ConsoleSite Site { get; } = site;
    protected IPage Page { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Site.Browser is null, Site.NoBrowser);
        Page = await OpenAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
    }

    /// <summary>A page in a context of its own; its console errors count for this journey.</summary>
    protected async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        options.BaseURL = Site.Address;
        options.ReducedMotion ??= ReducedMotion.Reduce;
        _context = await Site.Browser!.NewContextAsync(options);
        _context.SetDefaultTimeout(20_000);
        var page = await _context.NewPageAsync();
        page.Console += (_, message) => { if (message.Type == "error") _errors.Add(message.Text); };
        page.PageError += (_, error) => _errors.Add(error);
        return page;
    }

    /// <summary>Signs in as the demo user of a role: <c>analyst</c>, <c>owner</c>, <c>manager</c>, <c>auditor</c> or <c>admin</c>.</summary>
    protected Task SignInAsync(string role) => SignInAsync(Page, role);

    protected static async Task SignInAsync(IPage page, string role)
    {
        await page.GotoAsync("/");
        await page.GetByLabel("User name").FillAsync($"{role}@acme.example");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("Demo-acme-2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.OrdinalIgnoreCase));
        await ReadyAsync(page);
    }

    /// <summary>Opens a page of the console and waits until it is interactive.</summary>
    protected async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await ReadyAsync(Page);
    }

    /// <summary>Interactive means: the circuit is up, which the connection state in the top bar says.</summary>
    protected static Task ReadyAsync(IPage page)
        => Assertions.Expect(page.GetByTestId("connection-state")).ToContainTextAsync("live", new() { IgnoreCase = true, Timeout = 20_000 });

    /// <summary>WCAG 2.2 A and AA by axe; the message names each violation and where.</summary>
    protected static async Task AssertAccessibleAsync(IPage page)
    {
        var result = await page.RunAxe(new()
        {
            RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
        });
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v =>
            $"{v.Id}: {v.Help} at {string.Join(", ", v.Nodes.Take(5).Select(n => n.Html))}")));
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
            await _context.CloseAsync();
        GC.SuppressFinalize(this);
        Assert.True(_errors.Count == 0, "Errors in the browser's console:\n" + string.Join('\n', _errors));
    }
}
