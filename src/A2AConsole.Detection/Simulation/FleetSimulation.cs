using A2AConsole.Detection.Counts;

namespace A2AConsole.Detection.Simulation;

/// <summary>What a simulation counts by band of rate or by family.</summary>
/// <param name="Name">The band (messages in five minutes) or the family.</param>
/// <param name="FalseAlertsPerDay">Alerts where nothing was injected, a judged day.</param>
public sealed record FleetBand(string Name, int Agents, double FalseAlertsPerDay, int Bursts, int BurstsFound, int Silences, int SilencesFound)
{
    public double BurstRecall => Bursts == 0 ? double.NaN : (double)BurstsFound / Bursts;

    public double SilenceRecall => Silences == 0 ? double.NaN : (double)SilencesFound / Silences;
}

/// <summary>The result of a fleet simulation.</summary>
/// <param name="JudgedDays">Days on which alerts could be raised: all but the learning time.</param>
public sealed record FleetReport(int Agents, int Days, long Seed, int JudgedDays, double FalseAlertsPerDay, FleetBand All, IReadOnlyList<FleetBand> ByRate, IReadOnlyList<FleetBand> ByFamily);

/// <summary>
/// Runs the product's count detector over a simulated fleet. Every twentieth agent is hit by one burst of five times its rate for half an hour, every
/// other twentieth by one silence of four hours, both after the first week, at a random time at which the agent usually does at least half of its
/// average: five times nothing is nothing. A burst counts as found when it is told until ten minutes, a silence until half an hour after its end.
/// Alerts elsewhere are false, also on attacked agents, save within four hours after an attack.
/// </summary>
public static class FleetSimulation
{
    private const int BurstLength = 6, SilenceLength = 48, Aftermath = 48, Quarters = 20;
    private const double BurstTimes = 5;

    private static readonly double[] Bands = [0.3, 1, 3, 10, 30, 100.0001];

    public static FleetReport Run(int agents, int days, long seed, CountOptions? options = null, int? workers = null, CancellationToken cancellationToken = default)
    {
        options ??= CountOptions.Default;
        var results = new Result[agents];
        Parallel.For(0, agents, new ParallelOptions { MaxDegreeOfParallelism = workers ?? Environment.ProcessorCount, CancellationToken = cancellationToken },
            i => results[i] = One(new FleetAgent(seed, i), i, days, seed, options));
        var judged = Math.Max(1, days - options.LearningDays);
        var byRate = Enumerable.Range(0, Bands.Length - 1).Select(b => Band(FormattableString.Invariant($"{Bands[b]:0.#}-{Bands[b + 1]:0.#}"), results.Where(r => r.Rate >= Bands[b] && r.Rate < Bands[b + 1]), judged));
        var byFamily = Enum.GetValues<TrafficFamily>().Select(f => Band(f.ToString(), results.Where(r => r.Family == f), judged));
        var all = Band("all", results, judged);
        return new FleetReport(agents, days, seed, judged, all.FalseAlertsPerDay, all, [.. byRate], [.. byFamily]);
    }

    private static Result One(FleetAgent agent, int number, int days, long seed, CountOptions options)
    {
        var kind = (number / 6 % Quarters) switch { 0 => CountAnomaly.Burst, Quarters / 2 => CountAnomaly.Silence, _ => CountAnomaly.None };
        var (from, length) = Placed(agent, kind, number, days, seed);
        var series = new CountSeries();
        var (wrong, found) = (0, false);
        // Monday, midnight.
        var monday = (long)7 * FleetAgent.BucketsADay * 105_000;
        for (long bucket = 0; bucket < (long)days * FleetAgent.BucketsADay; bucket++)
        {
            var hit = bucket >= from && bucket < from + length;
            var count = agent.Next(bucket, !hit ? 1 : kind == CountAnomaly.Burst ? BurstTimes : 0);
            var score = series.Observe(monday + bucket, count, options);
            if (!score.Raise)
                continue;
            var near = kind != CountAnomaly.None && bucket >= from && bucket < from + length + Aftermath;
            if (near && score.Anomaly == kind && bucket < from + length + (kind == CountAnomaly.Burst ? 2 : 6))
                found = true;
            else if (!near)
                wrong++;
        }
        return new Result(agent.Family, agent.Rate, wrong, from < 0 ? CountAnomaly.None : kind, found);
    }

    private static (long From, int Length) Placed(FleetAgent agent, CountAnomaly kind, int number, int days, long seed)
    {
        var length = kind == CountAnomaly.Burst ? BurstLength : SilenceLength;
        var (first, last) = (7L * FleetAgent.BucketsADay, (long)days * FleetAgent.BucketsADay - length - Aftermath);
        if (kind == CountAnomaly.None || last <= first)
            return (-1, 0);
        var chance = new Chance(seed ^ 0x5EED, number);
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var from = first + chance.Below((int)(last - first));
            var mean = 0.0;
            for (var i = 0; i < length; i++)
                mean += agent.Course(from + i) / length;
            if (mean >= 0.5)
                return (from, length);
        }
        return (-1, 0);
    }

    private static FleetBand Band(string name, IEnumerable<Result> results, int judged)
    {
        var list = results.ToList();
        int Of(CountAnomaly kind, bool found) => list.Count(r => r.Kind == kind && (!found || r.Found));
        return new FleetBand(name, list.Count, list.Sum(r => r.Wrong) / (double)judged,
            Of(CountAnomaly.Burst, false), Of(CountAnomaly.Burst, true), Of(CountAnomaly.Silence, false), Of(CountAnomaly.Silence, true));
    }

    private readonly record struct Result(TrafficFamily Family, double Rate, int Wrong, CountAnomaly Kind, bool Found);
}
