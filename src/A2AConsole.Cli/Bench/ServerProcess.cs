using System.Diagnostics;
using System.Text.RegularExpressions;

namespace A2AConsole.Cli.Bench;

/// <summary>The host in a process of its own, measured from outside.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];

    private ServerProcess(Process process) => _process = process;

    /// <summary>The console's address, without a trailing slash.</summary>
    public string Console { get; private set; } = "";

    /// <summary>The edge's address, without a trailing slash.</summary>
    public string Edge { get; private set; } = "";

    /// <summary>From start to the line that says where the console is.</summary>
    public TimeSpan StartUp { get; private set; }

    /// <summary>Starts the host on a data directory, on free ports, and waits until it has said its addresses.</summary>
    public static async Task<ServerProcess> StartAsync(string data, IEnumerable<string> more, CancellationToken cancellationToken)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "A2AConsole.Web.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            dll, "--data", data, "--urls", "http://localhost:0", "--edge-urls", "https://localhost:0",
            "--authority-urls", "https://localhost:0", .. more,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        var clock = Stopwatch.StartNew();
        var server = new ServerProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Read(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;
            lock (server._output)
                server._output.Add(line.Data);
            if (ConsoleLine().Match(line.Data) is { Success: true } console)
                server.Console = console.Groups[1].Value.TrimEnd('/');
            if (EdgeLine().Match(line.Data) is { Success: true } edge)
                server.Edge = edge.Groups[1].Value.TrimEnd('/');
            if (server.Console.Length > 0 && server.Edge.Length > 0)
                ready.TrySetResult();
        }
        server._process.OutputDataReceived += Read;
        server._process.ErrorDataReceived += Read;
        server._process.Exited += (_, _) =>
        {
            lock (server._output)
                ready.TrySetException(new InvalidOperationException("The server ended:\n" + string.Join('\n', server._output.TakeLast(20))));
        };
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(TimeSpan.FromMinutes(3), cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        server.StartUp = clock.Elapsed;
        return server;
    }

    /// <summary>User and system time that the process has used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory in MiB.</summary>
    public double ResidentMb
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    [GeneratedRegex(@"[Cc]onsole\S*\s+(http://\S+)")]
    private static partial Regex ConsoleLine();

    [GeneratedRegex(@"[Ee]dge\S*\s+(https://\S+)")]
    private static partial Regex EdgeLine();
}
