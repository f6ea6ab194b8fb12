using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(A2AConsole.E2E.Hosting.ConsoleSite))]

namespace A2AConsole.E2E.Hosting;

/// <summary>The demo world in a process of its own, and one Chromium, for all journeys. Made once.</summary>
public sealed partial class ConsoleSite : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("a2aconsole-e2e-").FullName;
    private readonly List<string> _output = [];
    private Process? _host;
    private IPlaywright? _playwright;

    /// <summary>The console's address, without a trailing slash.</summary>
    public string Address { get; private set; } = "";

    public IBrowser? Browser { get; private set; }

    /// <summary>Why there is no browser, when there is none.</summary>
    public string NoBrowser { get; private set; } = "";

    /// <summary>What the host has printed.</summary>
    public string Output { get { lock (_output) return string.Join('\n', _output); } }

    public async ValueTask InitializeAsync()
    {
        var (path, reason) = Chromium.Find();
        if (path is null)
        {
            NoBrowser = reason;
            return;
        }
        Address = await StartHostAsync();
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    private async Task<string> StartHostAsync()
    {
        var dll = typeof(ConsoleSite).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "WebHostPath").Value!;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                dll, "--demo", "--data", _data,
                "--urls", "http://localhost:0", "--edge-urls", "https://localhost:0", "--authority-urls", "https://localhost:0",
            },
        };
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _host = new Process { StartInfo = start, EnableRaisingEvents = true };
        void Read(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;
            lock (_output)
                _output.Add(line.Data);
            if (ConsoleAddress().Match(line.Data) is { Success: true } match)
                address.TrySetResult(match.Groups[1].Value.TrimEnd('/'));
        }
        _host.OutputDataReceived += Read;
        _host.ErrorDataReceived += Read;
        _host.Exited += (_, _) => address.TrySetException(new InvalidOperationException("The host ended:\n" + Output));
        _host.Start();
        _host.BeginOutputReadLine();
        _host.BeginErrorReadLine();
        return await address.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.CloseAsync();
        _playwright?.Dispose();
        if (_host is { HasExited: false })
        {
            _host.Kill(entireProcessTree: true);
            await _host.WaitForExitAsync();
        }
        _host?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [GeneratedRegex(@"[Cc]onsole\S*\s+(http://\S+)")]
    private static partial Regex ConsoleAddress();
}
