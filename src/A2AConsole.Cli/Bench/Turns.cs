using System.Diagnostics;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// What was done in a while, and the processor time that it took: unlike the rate, that hardly depends on who else uses the machine.
/// </summary>
internal sealed class Turns
{
    private readonly List<double> _rates = [];
    private TimeSpan _cpu;
    private long _done;

    /// <summary>The median of the turns.</summary>
    public double PerSecond => _rates.Order().Skip((_rates.Count - 1) / 2).Take(2 - _rates.Count % 2).Average();

    /// <summary>User and system time each, in microseconds, of all processes that took part.</summary>
    public double CpuMicros => _cpu.TotalMicroseconds / _done;

    /// <summary>Works for a while with all of the workers, and on until so much is done.</summary>
    public async Task WorkAsync(TimeSpan duration, IReadOnlyList<Func<Task>> workers, Process? server = null, int atLeast = 0)
    {
        long done = 0;
        var before = CpuOf(server);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(workers.Select(work => Task.Run(async () =>
        {
            while (clock.Elapsed < duration || Volatile.Read(ref done) < atLeast)
            {
                await work();
                Interlocked.Increment(ref done);
            }
        })));
        Add(done, clock.Elapsed, CpuOf(server) - before);
    }

    /// <summary>Notes work that was done.</summary>
    public void Add(long done, TimeSpan elapsed, TimeSpan cpu)
    {
        _rates.Add(done / elapsed.TotalSeconds);
        _done += done;
        _cpu += cpu;
    }

    /// <summary>This process' time, and that of a server of its own.</summary>
    public static TimeSpan CpuOf(Process? server)
    {
        server?.Refresh();
        return Environment.CpuUsage.TotalTime + (server?.TotalProcessorTime ?? TimeSpan.Zero);
    }
}
