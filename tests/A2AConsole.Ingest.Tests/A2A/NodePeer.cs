using System.Diagnostics;

namespace A2AConsole.Ingest.Tests.A2A;

/// <summary>A Node.js process that goes on running while a test talks to it line by line.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly string _file;

    private NodePeer(Process process, string file) => (_process, _file) = (process, file);

    /// <summary>Starts a module in a folder where its packages are.</summary>
    public static async Task<NodePeer> StartAsync(string directory, string script)
    {
        var file = Path.Combine(directory, $"{Guid.NewGuid():N}.mjs");
        await File.WriteAllTextAsync(file, script);
        var start = new ProcessStartInfo("node", [file]) { WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        // Read away, so that a talkative library does not block.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return new NodePeer(process, file);
    }

    public async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next line that begins so, without that beginning.</summary>
    public async Task<string> HearAsync(string beginning)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line[beginning.Length..];
        }
        throw new InvalidOperationException("The process ended.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_file);
    }
}
