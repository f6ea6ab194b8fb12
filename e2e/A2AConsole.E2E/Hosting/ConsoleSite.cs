using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(A2AConsole.E2E.Hosting.ConsoleSite))]
// One host and one browser serve all journeys; side by side they would only slow each other down.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace A2AConsole.E2E.Hosting;

/// <summary>The demo world in a process of its own, and one Chromium, for all journeys. Made once.</summary>
public sealed partial class ConsoleSite : IAsyncLifetime
{
    private static readonly string[] Usual = ["--A2AConsole:Demo:HistoryEvents=400", "--A2AConsole:Demo:EventsPerSecond=2"];

    // Writing the past takes seconds, and a minute where others keep the machine busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly List<string> _output = [];
    private readonly ConcurrentDictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private Process? _host;
    private IPlaywright? _playwright;

    /// <summary>The console's address, without a trailing slash.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Where agents get certificates, without a trailing slash.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>A directory that goes with the site.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("a2aconsole-e2e-").FullName;

    /// <summary>Whether this run makes the README's pictures, for which the demo tells its whole week.</summary>
    public static bool MakesPictures { get; } = Environment.GetEnvironmentVariable("A2ACONSOLE_SCREENSHOTS") == "1";

    /// <summary>Where those pictures go.</summary>
    public static string Pictures { get; } = Metadata("PicturesPath");

    public IBrowser? Browser { get; private set; }

    /// <summary>Why there is no browser, when there is none.</summary>
    public string NoBrowser { get; private set; } = "";

    /// <summary>What the host has printed.</summary>
    public string Output { get { lock (_output) return string.Join('\n', _output); } }

    /// <summary>A role's signed-in session, as a browser stores it. Signing in is done once for each role: a password's hash is made slow.</summary>
    public async Task<string> SessionAsync(string role, Func<Task<string>> signIn)
        => _sessions.TryGetValue(role, out var session) ? session : _sessions[role] = await signIn();

    private readonly string[]? _settings;

    public ConsoleSite()
    {
    }

    private ConsoleSite(ConsoleSite browsers, string[] settings) => (Browser, _settings) = (browsers.Browser, settings);

    /// <summary>Another site with the same browser, for what would get in other journeys' way.</summary>
    public async Task<ConsoleSite> AnotherAsync(params string[] settings)
    {
        var site = new ConsoleSite(this, settings);
        await site.StartHostAsync();
        return site;
    }

    public async ValueTask InitializeAsync()
    {
        var (path, reason) = Chromium.Find();
        if (path is null)
        {
            NoBrowser = reason;
            return;
        }
        await StartHostAsync();
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    private async Task StartHostAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in Arguments())
            start.ArgumentList.Add(argument);
        var address = Awaited();
        var authority = Awaited();
        var atWork = Awaited();
        _host = new Process { StartInfo = start, EnableRaisingEvents = true };
        void Read(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;
            lock (_output)
                _output.Add(line.Data);
            if (ListenerLine().Match(line.Data) is { Success: true } match)
                (match.Groups[1].Value == "Console" ? address : authority).TrySetResult(match.Groups[2].Value.TrimEnd('/'));
            if (line.Data.Contains("agents are at work", StringComparison.Ordinal))
                atWork.TrySetResult("");
            else if (line.Data.Contains("The demo world stopped", StringComparison.Ordinal))
                atWork.TrySetException(new InvalidOperationException("The demo did not come up:\n" + Output));
        }
        _host.OutputDataReceived += Read;
        _host.ErrorDataReceived += Read;
        _host.Exited += (_, _) =>
        {
            foreach (var awaited in new[] { address, authority, atWork })
                awaited.TrySetException(new InvalidOperationException("The host ended:\n" + Output));
        };
        _host.Start();
        _host.BeginOutputReadLine();
        _host.BeginErrorReadLine();
        (Address, Authority) = (await address.Task.WaitAsync(Patience), await authority.Task.WaitAsync(Patience));
        // Before that the host's clock shows the past, and nothing is live.
        await atWork.Task.WaitAsync(Patience);
    }

    private IEnumerable<string> Arguments()
    {
        yield return Metadata("WebHostPath");
        yield return "--demo";
        foreach (var (option, value) in new[] { ("data", Path.Combine(Directory, "data")), ("urls", "http://localhost:0"), ("edge-urls", "https://localhost:0"), ("authority-urls", "https://localhost:0") })
        {
            yield return "--" + option;
            yield return value;
        }
        // The policy engine is compiled once for all sites.
        yield return "--A2AConsole:Policy:CacheDirectory=" + Path.Combine(Path.GetTempPath(), "a2aconsole-test-engine");
        // Attacks come soon and often, so that no journey waits long for a refusal.
        yield return "--A2AConsole:Demo:FirstAttackAfter=00:00:02";
        yield return $"--A2AConsole:Demo:AttackInterval={(MakesPictures ? "00:00:20" : "00:00:05")}";
        yield return $"--A2AConsole:Demo:LaterAttackInterval={(MakesPictures ? "00:02:00" : "00:00:05")}";
        // Less of a past, and more news than usual, so that no journey waits long for it either.
        foreach (var setting in _settings ?? (MakesPictures ? [] : Usual))
            yield return setting;
    }

    /// <summary>A path that the build knows.</summary>
    internal static string Metadata(string key)
        => typeof(ConsoleSite).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private static TaskCompletionSource<string> Awaited() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null && _settings is null)
            await Browser.CloseAsync();
        _playwright?.Dispose();
        if (_host is { HasExited: false })
        {
            _host.Kill(entireProcessTree: true);
            await _host.WaitForExitAsync();
        }
        _host?.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    [GeneratedRegex(@"^\s+(Console|Authority)\s+(https?://\S+)")]
    private static partial Regex ListenerLine();
}
