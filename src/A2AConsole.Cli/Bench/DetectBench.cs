using System.Diagnostics;
using System.Globalization;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Demo.Week;
using A2AConsole.Detection;
using A2AConsole.Detection.Continuous;
using A2AConsole.Detection.Counts;
using A2AConsole.Detection.Pipeline;
using A2AConsole.Detection.Simulation;

namespace A2AConsole.Cli.Bench;

/// <summary>How much <see cref="DetectBench"/> measures.</summary>
internal sealed record DetectBenchOptions(int Series, int Agents, int Seed, int Alerts, int Sessions);

/// <summary>What detection costs and finds. Every field is measured in the run.</summary>
/// <param name="CpuMicrosPerPoint">CPU of judging and learning one bucket of counts; the median of the runs, as below.</param>
/// <param name="CpuMicrosPerPeek">CPU of judging a bucket that is not over.</param>
/// <param name="CpuMicrosPerValue">CPU of judging and learning one value of a continuous metric.</param>
/// <param name="CpuMicrosPerEvent">Time of the whole engine on an event of the simulated week, on one thread; windows are closed apart from it.</param>
/// <param name="MicrosPerEventWithWindows">The same with the windows that time closes meanwhile: little traffic has many points to an event.</param>
/// <param name="BytesPerSeries">Memory of a series of counts.</param>
/// <param name="BytesPerValueSeries">Memory of a series of values.</param>
/// <param name="ShareOfCore100kAgents">Of one core, for 100,000 agents judged once a minute and learned every five.</param>
/// <param name="RestartAgents">Agents in the checkpoint that was read.</param>
/// <param name="Restart100kSeconds">Reading the engine's state from a checkpoint, scaled to 100,000 agents.</param>
/// <param name="CheckpointBytesPerAgent">Size of that state.</param>
/// <param name="AttacksTotal">Scripted attacks in the demo world's simulated week.</param>
/// <param name="AttacksFound">Of them, those answered within a minute of simulated time.</param>
/// <param name="FalseAlertsPerDayPer100Agents">In its quiet week.</param>
/// <param name="AlertSessions">Sessions open while alerts were timed.</param>
/// <param name="AlertToBrowserP99Ms">From an event's way to the edge until its alert has reached each of them.</param>
internal sealed record DetectReport(
    double CpuMicrosPerPoint, double CpuMicrosPerPeek, double CpuMicrosPerValue, double CpuMicrosPerEvent, double MicrosPerEventWithWindows, double BytesPerSeries, double BytesPerValueSeries, double ShareOfCore100kAgents,
    int RestartAgents, double Restart100kSeconds, double CheckpointBytesPerAgent, int AttacksTotal, int AttacksFound, double FalseAlertsPerDayPer100Agents, int AlertSessions, double AlertToBrowserP99Ms)
{
    public IEnumerable<string> Lines()
    {
        yield return Text($"a point of counts {CpuMicrosPerPoint:0.00} µs, judged within its bucket {CpuMicrosPerPeek:0.00} µs; a value {CpuMicrosPerValue:0.00} µs; an event through the engine {CpuMicrosPerEvent:0.00} µs, with the windows closed meanwhile {MicrosPerEventWithWindows:0.00} µs");
        yield return Text($"a series of counts {BytesPerSeries:0} bytes, of values {BytesPerValueSeries:0}; 100,000 agents at a point a minute: {ShareOfCore100kAgents:0.00%} of one core");
        yield return Text($"restart from a checkpoint of 100,000 agents: {Restart100kSeconds:0.0} s ({RestartAgents} read, {CheckpointBytesPerAgent:0} bytes each)");
        yield return Text($"simulated week: {AttacksFound} of {AttacksTotal} attacks answered within a minute, {FalseAlertsPerDayPer100Agents:0.00} false alerts a day and 100 agents");
        yield return Text($"an alert in {AlertSessions} open sessions: {AlertToBrowserP99Ms:0} ms p99");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Measures the detectors in process, on one thread; then alerts on their way to open sessions, with a server of its own.</summary>
internal sealed class DetectBench(DetectBenchOptions options, Action<string> say)
{
    private const int Runs = 5, Points = 300, Warm = 600;

    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public async Task<DetectReport> RunAsync(CancellationToken cancellationToken)
    {
        var report = await Task.Run(() => Run(cancellationToken), cancellationToken);
        return report with { AlertToBrowserP99Ms = await AlertBench.P99Async(options.Alerts, options.Sessions, say, cancellationToken) };
    }

    private DetectReport Run(CancellationToken cancellationToken)
    {
        say("measuring points, values and memory");
        var (counts, bytesPerSeries) = Held(() => new CountSeries());
        var (values, bytesPerValueSeries) = Held(() => new ValueSeries());
        var rates = new int[options.Series, Points];
        for (var s = 0; s < options.Series; s++)
        {
            var chance = new Chance(options.Seed, s);
            var rate = Math.Exp(chance.Between(-1, 4.6));
            for (var p = 0; p < Points; p++)
                rates[s, p] = chance.Count(rate, 0.15);
        }
        var bucket = 0;
        void Points300(Action<int, int, DateTimeOffset> one)
        {
            for (var p = 0; p < Points; p++, bucket++)
                for (var s = 0; s < options.Series; s++)
                    one(s, p, Monday + bucket * CountSeries.Bucket);
            cancellationToken.ThrowIfCancellationRequested();
        }
        for (var warm = 0; warm < Warm / Points; warm++)
            Points300((s, p, at) => counts[s].Observe(at, rates[s, p]));
        var point = Median(() => Points300((s, p, at) => counts[s].Observe(at, rates[s, p])));
        var peek = Median(() =>
        {
            var at = Monday + bucket * CountSeries.Bucket;
            for (var p = 0; p < Points; p++)
                for (var s = 0; s < options.Series; s++)
                    counts[s].Peek(at, rates[s, p]);
        });
        var value = Median(() => Points300((s, p, at) => values[s].Observe(at, rates[s, p])));

        say("reading a checkpoint");
        var (restart, bytes) = Restart(cancellationToken);
        say("playing the simulated week");
        // Twice: the first time code is compiled on the way.
        new DemoWeek(options.Seed).Run(cancellationToken: cancellationToken);
        var week = new DemoWeek(options.Seed).Run(cancellationToken: cancellationToken);
        return new DetectReport(point, peek, value, week.EngineTime.TotalMicroseconds / week.Observations, (week.EngineTime + week.WindowTime).TotalMicroseconds / week.Observations, bytesPerSeries, bytesPerValueSeries, 100_000 * (peek + point / 5) / 60e6,
            options.Agents, restart, bytes, week.Attacks.Count, week.Attacks.Count(a => a.After is not null), week.FalseAlertsPerDay, options.Sessions, double.NaN);
    }

    private (T[] Made, double Bytes) Held<T>(Func<T> make)
    {
        var made = new T[options.Series];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < made.Length; i++)
            made[i] = make();
        return (made, (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)made.Length);
    }

    private double Median(Action run)
    {
        var micros = new List<double>();
        for (var i = 0; i < Runs; i++)
        {
            var before = Cpu();
            run();
            micros.Add((Cpu() - before).TotalMicroseconds / (options.Series * (double)Points));
        }
        micros.Sort();
        return micros[Runs / 2];
    }

    private (double Seconds100k, double BytesPerAgent) Restart(CancellationToken cancellationToken)
    {
        var (engine, signals) = (new DetectionEngine(new DetectionOptions()), new List<Signal>());
        var leaf = 0L;
        for (var round = 0; round < 3; round++)
        {
            for (var a = 0; a < options.Agents; a++)
            {
                engine.Observe(new Observation(leaf++, Monday.AddMinutes(6 * round), LeafKind.Event, LeafVerdict.Admitted, null,
                    $"spiffe://acme.example/agent/forecast/{a}", $"spiffe://acme.example/agent/replenishment/{a % 7}", "forecast.published") { Bytes = 900 }, signals);
            }
            signals.Clear();
            cancellationToken.ThrowIfCancellationRequested();
        }
        using var state = new MemoryStream();
        using (var writer = new BinaryWriter(state, System.Text.Encoding.UTF8, leaveOpen: true))
            engine.Save(writer);
        state.Position = 0;
        var begun = Stopwatch.GetTimestamp();
        new DetectionEngine(new DetectionOptions()).Load(new BinaryReader(state));
        return (Stopwatch.GetElapsedTime(begun).TotalSeconds * 100_000 / options.Agents, state.Length / (double)options.Agents);
    }

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
