using System.Diagnostics;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Durability;

/// <summary>A site in a process of its own: this test program, started with an argument of its own.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    public const string Argument = "--site";

    private readonly Process _process;

    private SiteProcess(Process process, Uri edge) => (_process, Edge) = (process, edge);

    public Uri Edge { get; }

    /// <summary>What the child does: brings a site up, says where its edge is, and stays until it is killed.</summary>
    public static async Task<int> RunAsync(string directory)
    {
        var site = await TestSite.StartAsync(new() { RealTime = true, KeysInFiles = true, Directory = directory });
        await using (site)
        {
            Console.WriteLine(site.Edge);
            // The parent holds the other end: should it die, this ends and the child does not outlive it.
            await Console.In.ReadToEndAsync();
        }
        return 0;
    }

    /// <summary>Starts a child on a directory.</summary>
    public static async Task<SiteProcess> StartAsync(string directory)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SiteProcess).Assembly.Location, Argument, directory])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            // It lives for a second or two: code that is optimised for later costs it a fifth of that.
            Environment = { ["DOTNET_TieredPGO"] = "0" },
        };
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        if (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is not { } line)
            throw new InvalidOperationException("The site did not come up: " + await errors);
        return new SiteProcess(process, new Uri(line));
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
