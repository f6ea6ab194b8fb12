using System.Diagnostics;

namespace A2AConsole.Cli.Bench.Proxy;

/// <summary>A <see cref="BenchPeer"/> in a process of its own, with the garbage collector that the server has.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private PeerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>User and system time that the process has used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts one that passes on to an address, or answers itself.</summary>
    public static async Task<PeerProcess> StartAsync(string pkcs12, Uri? to, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.Environment["DOTNET_gcServer"] = "1";
        start.Environment["DOTNET_GCDynamicAdaptationMode"] = "1";
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "a2a.dll"), "bench", "peer", "--certificate", pkcs12, .. to is null ? (string[])[] : ["--to", to.AbsoluteUri]])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException("the peer did not start");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(2), cancellationToken);
            return line?.StartsWith("Peer ", StringComparison.Ordinal) == true
                ? new PeerProcess(process, new Uri(line["Peer ".Length..].Replace("127.0.0.1", "localhost", StringComparison.Ordinal)))
                : throw new InvalidOperationException("the peer did not say where it listens: " + line);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }
}
