using System.Net;
using System.Text.RegularExpressions;
using A2AConsole.Testing;
using A2AConsole.Trust.Custody;
using A2AConsole.Web.Access;
using A2AConsole.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Hosting;

/// <summary>The whole console in this process, on free ports and a temporary directory, with one user for each role.</summary>
public sealed partial class RunningConsole : IAsyncLifetime
{
    public const string Password = "a quiet long sentence";

    // The engine is compiled once for all tests, not for every console anew.
    private static readonly string EngineCache = "--A2AConsole:Policy:CacheDirectory=" + Path.Combine(Path.GetTempPath(), "a2aconsole-test-engine");

    private readonly string _directory = Directory.CreateTempSubdirectory("a2aconsole-web-").FullName;
    private readonly MemoryKeyCustody _keys = new();
    private WebApplication? _app;
    private string[] _settings = [];

    public IServiceProvider Services => _app!.Services;

    /// <summary>The set-up link's token that the start made, since there was no administrator yet.</summary>
    public string SetUpToken { get; private set; } = "";

    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _app = ConsoleApplication.Build(
            new LaunchOptions { Data = _directory, Urls = "http://localhost:0", EdgeUrls = "https://localhost:0", AuthorityUrls = "https://localhost:0", Settings = [EngineCache, .. _settings] },
            services =>
            {
                services.AddSingleton<IKeyCustody>(_keys);
                services.AddSingleton<ITlsKeyStore>(_keys);
            });
        await _app.StartAsync();
        Address = new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        SetUpToken = Services.GetRequiredService<AccountsStartup>().SetUpToken ?? "";
        foreach (var (role, _) in Roles.All)
            await AddUserAsync(role.ToLowerInvariant(), role);
    }

    /// <summary>Another one, with settings of its own (<c>--Section:Key=value</c>).</summary>
    public static async Task<RunningConsole> StartAsync(params string[] settings)
    {
        var console = new RunningConsole { _settings = settings };
        await console.InitializeAsync();
        return console;
    }

    /// <summary>Adds a user with <see cref="Password"/>.</summary>
    public async Task AddUserAsync(string name, string role)
    {
        await using var scope = Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserAdministration>();
        await accounts.AddAsync(await accounts.PrepareAsync(name, "", Password), role, "system", "A user for a test");
    }

    /// <summary>A browser without scripts: keeps cookies, follows no redirect.</summary>
    public HttpClient Browser()
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    /// <summary>A browser that is signed in.</summary>
    public async Task<HttpClient> SignedInAsync(string name)
    {
        var browser = Browser();
        var reply = await SubmitAsync(browser, "/account/sign-in", ("userName", name), ("password", Password));
        Assert.Equal(HttpStatusCode.Found, reply.StatusCode);
        return browser;
    }

    /// <summary>Opens a page with a form, fills it in and sends it, as a browser without scripts does.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        var page = await browser.GetStringAsync(path);
        var hidden = Hidden().Matches(page).ToDictionary(m => m.Groups[1].Value, m => WebUtility.HtmlDecode(m.Groups[2].Value));
        foreach (var (name, value) in fields)
            hidden[name] = value;
        return await browser.PostAsync(path, new FormUrlEncodedContent(hidden));
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""")]
    private static partial Regex Hidden();
}

/// <summary>One running console for all tests that only visit it.</summary>
[CollectionDefinition]
public sealed class ConsoleVisits : ICollectionFixture<RunningConsole>;
