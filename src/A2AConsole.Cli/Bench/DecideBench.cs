using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Limits;
using A2AConsole.Policy.Replay;

namespace A2AConsole.Cli.Bench;

/// <summary>How long and how much <see cref="DecideBench"/> measures.</summary>
internal sealed record DecideBenchOptions(int Decisions, int Seconds, int Replayed);

/// <summary>What a decision costs. Every field is measured in the run; requests differ, so that none is remembered unless that is measured.</summary>
/// <param name="Policies">In the bundle.</param>
/// <param name="PoliciesNarrowed">Of them, those that can apply to a request.</param>
/// <param name="Decisions">Measured for the medians of CPU.</param>
/// <param name="DecideP50CpuMs">CPU of one decision over the policies that can apply.</param>
/// <param name="DecideNaiveP50CpuMs">CPU of one decision over all policies, in turns with the former.</param>
/// <param name="DecideRememberedP50Ms">CPU of a decision that was made before.</param>
/// <param name="DecidePerSecond">What all processors reach.</param>
/// <param name="HalfLoadPerSecond">The rate at which answer times are measured.</param>
/// <param name="DecideP50Ms">Answer time at that rate, waiting included.</param>
/// <param name="DecideP99Ms">Answer time at that rate, waiting included.</param>
/// <param name="Replayed">Recorded decisions that were replayed.</param>
/// <param name="Replay100kSeconds">Scaled to 100,000 when another number was replayed.</param>
internal sealed record DecideReport(
    int Policies, int PoliciesNarrowed, int Decisions, double DecideP50CpuMs, double DecideNaiveP50CpuMs, double DecideRememberedP50Ms, double DecidePerSecond, double HalfLoadPerSecond,
    double DecideP50Ms, double DecideP99Ms, int Replayed, double Replay100kSeconds)
{
    public IEnumerable<string> Lines()
    {
        yield return Text($"a decision over {Policies} policies, narrowed to {PoliciesNarrowed}: {DecideP50CpuMs:0.000} ms of CPU at the median; over all of them {DecideNaiveP50CpuMs:0.000} ms; remembered {DecideRememberedP50Ms:0.000} ms");
        yield return Text($"all processors: {DecidePerSecond:0}/s; at {HalfLoadPerSecond:0}/s p50 {DecideP50Ms:0.00} ms, p99 {DecideP99Ms:0.00} ms");
        yield return Text($"replay of 100,000 decisions: {Replay100kSeconds:0.0} s ({Replayed} replayed)");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Measures decisions in process: CPU narrowed and naive in turns, answer time at half load, replay.</summary>
internal sealed class DecideBench(DecideBenchOptions options, Action<string> say)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    public async Task<DecideReport> RunAsync(CancellationToken cancellationToken)
    {
        using var module = CedarModule.Load();
        var bundle = new BundleLoader(module).Load(DecideBundle.Files()) is { Bundle: { } good } ? good : throw new InvalidOperationException("the benchmark's bundle is not valid");
        using var narrowed = new CedarDecider(module, bundle, new CedarDeciderOptions(Deadline: Long, Patience: Long, CacheEntries: 0));
        using var naive = new CedarDecider(module, bundle, new CedarDeciderOptions(Deadline: Long, Patience: Long, Narrow: false, CacheEntries: 0));
        using var remembering = new CedarDecider(module, bundle, new CedarDeciderOptions(Deadline: Long, Patience: Long));
        say("measuring decisions, narrowed and naive in turns");
        for (var i = 0; i < 200; i++)
        {
            Require(narrowed.Decide(DecideBundle.Request(i), cancellationToken));
            Require(naive.Decide(DecideBundle.Request(i), cancellationToken));
            Require(remembering.Decide(DecideBundle.Request(i), cancellationToken));
        }
        var (cpu, cpuNaive, cpuRemembered) = Cpu(narrowed, naive, remembering, cancellationToken);
        say("measuring the rate of all processors");
        var rate = Rate(narrowed, cancellationToken);
        say("measuring answer times at half of it");
        var latencies = await HalfLoadAsync(narrowed, rate / 2, cancellationToken);
        say(string.Create(CultureInfo.InvariantCulture, $"replaying {options.Replayed} decisions"));
        var replay = await ReplayAsync(narrowed, cancellationToken);
        return new DecideReport(bundle.Policies.Count, narrowed.PoliciesFor(DecideBundle.Request(0)), options.Decisions, Rounded(Median(cpu)), Rounded(Median(cpuNaive)), Rounded(Median(cpuRemembered)), Rounded(rate), Rounded(rate / 2),
            Rounded(latencies.Quantile(0.5)), Rounded(latencies.Quantile(0.99)), options.Replayed, Rounded(replay.TotalSeconds * 100_000 / options.Replayed));
    }

    private (List<double> Narrowed, List<double> Naive, List<double> Remembered) Cpu(CedarDecider narrowed, CedarDecider naive, CedarDecider remembering, CancellationToken cancellationToken)
    {
        var result = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < options.Decisions; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var request = DecideBundle.Request(1_000 + i);
            result.Item1.Add(One(narrowed, request, cancellationToken));
            // The naive way is many times dearer: a fifth as many say the same.
            if (i % 5 == 0)
                result.Item2.Add(One(naive, request, cancellationToken));
            result.Item3.Add(One(remembering, DecideBundle.Request(i % 200), cancellationToken));
        }
        return result;

        static double One(CedarDecider decider, DecisionRequest request, CancellationToken cancellationToken)
        {
            var start = ThreadClock.Milliseconds;
            decider.Decide(request, cancellationToken);
            return ThreadClock.Milliseconds - start;
        }
    }

    private double Rate(CedarDecider decider, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var until = TimeSpan.FromSeconds(Math.Max(1, options.Seconds / 4.0));
        long done = 0;
        Parallel.For(0, Environment.ProcessorCount, worker =>
        {
            for (var i = worker; clock.Elapsed < until && !cancellationToken.IsCancellationRequested; i += Environment.ProcessorCount)
            {
                decider.Decide(DecideBundle.Request(i), cancellationToken);
                Interlocked.Increment(ref done);
            }
        });
        return done / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Requests come at their times, whether or not the ones before were answered: waiting counts.</summary>
    private async Task<Latencies> HalfLoadAsync(CedarDecider decider, double perSecond, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        var count = (int)(perSecond * options.Seconds);
        var pending = new Task[count];
        var clock = Stopwatch.StartNew();
        await Pace.RunAsync(perSecond, count, clock, (i, due) => pending[i] = Task.Run(() =>
        {
            decider.Decide(DecideBundle.Request(i), cancellationToken);
            latencies.Add(clock.Elapsed - due);
        }, cancellationToken), cancellationToken);
        await Task.WhenAll(pending);
        return latencies;
    }

    private async Task<TimeSpan> ReplayAsync(CedarDecider decider, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetTempPath(), $"a2a-replay-{Guid.NewGuid():N}.jsonl");
        try
        {
            await using (var output = File.Create(file))
            {
                for (var i = 0; i < options.Replayed; i++)
                {
                    var recorded = new RecordedDecision(string.Create(CultureInfo.InvariantCulture, $"m{i}"), DateTimeOffset.UnixEpoch, DecideBundle.Request(i), PolicyVerdict.Allow, [], "sha256:0", new Money("10.00", "EUR"));
                    output.Write(recorded.Write());
                    output.WriteByte((byte)'\n');
                }
            }
            await using var input = File.OpenRead(file);
            var clock = Stopwatch.StartNew();
            var report = await new ReplayRun(decider).RunAsync(input, cancellationToken: cancellationToken);
            clock.Stop();
            return report.Total == options.Replayed && report.Changed > 0 ? clock.Elapsed : throw new InvalidOperationException($"{report.Total} of {options.Replayed} decisions were replayed, {report.Changed} differently");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Require(PolicyDecision decision)
    {
        if (decision.Fault is { } fault)
            throw new InvalidOperationException($"{fault.Code}: {fault.Message}");
    }

    private static double Rounded(double value) => Math.Round(value, 3);

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    /// <summary>The CPU time of this thread, so that a busy machine does not count; wall time where the system has no such clock.</summary>
    private static partial class ThreadClock
    {
        private const int ThreadCpu = 3;

        public static double Milliseconds => OperatingSystem.IsLinux() && clock_gettime(ThreadCpu, out var time) == 0
            ? (time.Seconds * 1e3) + (time.Nanoseconds / 1e6) : Stopwatch.GetTimestamp() * 1e3 / Stopwatch.Frequency;

        [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int clock_gettime(int clock, out TimeSpec time);

        [StructLayout(LayoutKind.Sequential)]
        private struct TimeSpec
        {
            public long Seconds;
            public long Nanoseconds;
        }
    }
}
