using System.Globalization;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Detection.Counts;

namespace A2AConsole.Detection.Signals;

/// <summary>How much an agent does: messages, bytes, money, refusals; too many within a bucket, gone silent, or creeping.</summary>
internal static class VolumeSignals
{
    /// <summary>Counts an event, and says at once when its bucket is out of the usual.</summary>
    public static void Observe(in Moment m, CountOptions counts)
    {
        var o = m.Seen;
        if (o.Kind is not (LeafKind.Event or LeafKind.RefusalSummary))
            return;
        if (o.Verdict == LeafVerdict.Refused)
        {
            Count(m, m.Agent.Refusals ??= new Meter(), AlertKind.RefusalBurst, "refusals", o.Count, counts);
            return;
        }
        Count(m, m.Agent.Messages, AlertKind.VolumeBurst, "messages", o.Count, counts);
        if (o.Bytes > 0)
            Count(m, m.Agent.Kilobytes ??= new Meter(), AlertKind.BytesBurst, "kilobytes", o.Bytes / 1024.0, counts);
        // Sums of money scatter by their largest parts. Counted in the highest amount that is usual for the type, and none for more than one, they scatter
        // as counts do; that one alone is far out is told elsewhere.
        if (o.Money is { TenThousandths: > 0 } money && m.Agent.Usual.TryGetValue(ContentSignals.AmountKey(o.Type, money.Currency), out var usual) && usual.Seen >= ContentSignals.LeastSeen)
            Count(m, m.Agent.Commitments ??= new Meter(), AlertKind.MoneyBurst, "usual highest amounts", Math.Min(1, money.TenThousandths / 10_000.0 / usual.Band.High), counts);
    }

    private static void Count(in Moment m, Meter meter, AlertKind kind, string what, double amount, CountOptions counts)
    {
        var score = meter.Add(m.Seen.At, amount, m.Seen.Leaf, counts);
        if (!score.Raise)
            return;
        var (why, points) = meter.Explain(score, m.Seen.At, meter.Current);
        m.Say(kind, "", score.Surprise, Explain(m.Agent, kind, what, score, why, points, m.Seen.At), [.. meter.Leaves], (long)Math.Max(1, why.Actual));
    }

    /// <summary>Ends a bucket of an agent.</summary>
    public static void Close(AgentMemory agent, DateTimeOffset start, bool isGap, CountOptions counts, List<Signal> signals)
    {
        foreach (var (meter, kind, what) in agent.Meters())
        {
            var leaves = meter.Leaves.ToArray();
            var (score, _) = meter.Close(start, isGap, counts);
            if (!score.Raise)
                continue;
            var at = start + CountSeries.Bucket;
            var (why, points) = meter.Explain(score, start, null);
            var said = score.Anomaly switch
            {
                CountAnomaly.Burst => kind,
                CountAnomaly.Silence when kind == AlertKind.VolumeBurst => AlertKind.VolumeSilence,
                CountAnomaly.DriftUp or CountAnomaly.DriftDown when kind is AlertKind.VolumeBurst => AlertKind.VolumeDrift,
                _ => (AlertKind?)null,
            };
            if (said is not { } named)
                continue;
            signals.Add(new Signal(named, agent.Id, at, score.Surprise, Explain(agent, named, what, score, why, points, at)) { Leaves = leaves, Count = (long)Math.Max(1, why.Actual) });
        }
    }

    private static AlertExplanation Explain(AgentMemory agent, AlertKind kind, string what, CountScore score, CountExplanation why, IReadOnlyList<AlertPoint> points, DateTimeOffset at)
    {
        var basis = why.Basis switch
        {
            Basis.SameHourOfWeek => "the same hour of the week",
            Basis.SameHourOfDay => "the same hour on other days",
            _ => "all hours",
        };
        var times = string.Create(CultureInfo.InvariantCulture, $"between {why.From.UtcDateTime:HH:mm} and {(why.From + why.Window).UtcDateTime:HH:mm} UTC");
        var usual = $"usual for {(why.Basis == Basis.SameHourOfWeek ? "a " + why.From.UtcDateTime.DayOfWeek + " at that hour" : why.Basis == Basis.SameHourOfDay ? "that hour" : "any hour")} is {Moment.Text(why.Low)}–{Moment.Text(why.High)}";
        var peers = kind == AlertKind.VolumeBurst ? Peers(agent) : "";
        var sentence = kind switch
        {
            AlertKind.VolumeSilence => $"{agent.Name} sent {Moment.Text(why.Actual)} {what} {times}; {usual}",
            AlertKind.VolumeDrift => $"The {what} of {agent.Name} {(score.Anomaly == CountAnomaly.DriftUp ? "rise" : "fall")} day by day, further than chance does",
            AlertKind.RefusalBurst => $"{Moment.Text(why.Actual)} {what} of {agent.Name} {times}; {usual}",
            AlertKind.MoneyBurst => $"{agent.Name} named money worth {Moment.Text(why.Actual)} of its {what} {times}; {usual}",
            _ => $"{agent.Name} sent {Moment.Text(why.Actual)} {what}{peers} {times}; {usual}",
        };
        return new AlertExplanation
        {
            Sentence = sentence, Actual = why.Actual, Expected = why.Expected, Low = why.Low, High = why.High, Unit = $"{what} in {(why.Window < TimeSpan.FromHours(1) ? $"{why.Window.TotalMinutes:0} minutes" : $"{why.Window.TotalHours:0} hours")}",
            Basis = basis, OnceInDays = why.OnceIn == TimeSpan.MaxValue ? null : why.OnceIn.TotalDays, Series = points,
            Features =
            [
                new(what, 1, Moment.Text(why.Actual), $"{Moment.Text(why.Low)}–{Moment.Text(why.High)}"),
            ],
        };
    }

    private static string Peers(AgentMemory agent) => agent.Peers.Usual(1).FirstOrDefault() is { Name: { } name } && agent.Peers.Kinds == 1 ? $" to {Moment.Name(name)}" : "";
}
