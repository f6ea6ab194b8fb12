using System.Diagnostics;
using System.Runtime.InteropServices;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// Lets requests come at their moments, on a thread of its own. The thread pool's timers come by the millisecond: with them, many requests would come
/// late and together, and the wait for them would be measured instead of the answers.
/// </summary>
internal static class Pace
{
    private static readonly TimeSpan Nearly = TimeSpan.FromMicroseconds(80);

    /// <summary>Calls <paramref name="start"/> for each number at its moment, evenly spaced; returns when the last has come.</summary>
    /// <param name="perSecond">How many a second.</param>
    /// <param name="count">How many in all.</param>
    /// <param name="clock">Running: moments count from its zero.</param>
    /// <param name="start">Gets the number and the moment at which it was due. Must hand over, not work.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static Task RunAsync(double perSecond, int count, Stopwatch clock, Action<int, TimeSpan> start, CancellationToken cancellationToken)
        => Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var due = TimeSpan.FromSeconds(i / perSecond);
                Wait(clock, due);
                start(i, due);
            }
        }, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Wait(Stopwatch clock, TimeSpan due)
    {
        while (due - clock.Elapsed is { Ticks: > 0 } early)
        {
            if (early > Nearly)
                Sleep(early - Nearly / 2);
            else
                Thread.SpinWait(20);
        }
    }

    private static void Sleep(TimeSpan time)
    {
        if (OperatingSystem.IsLinux())
        {
            var wanted = new TimeSpec { Seconds = (long)time.TotalSeconds, Nanoseconds = time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick };
            _ = nanosleep(wanted, IntPtr.Zero);
        }
        else
        {
            Thread.Sleep((int)time.TotalMilliseconds);
        }
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int nanosleep(in TimeSpec wanted, IntPtr rest);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
