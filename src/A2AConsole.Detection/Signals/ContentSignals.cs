using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Detection.Signals;

/// <summary>What messages say: quantities and amounts far from what the agent names for such a thing, and levels that creep.</summary>
internal static class ContentSignals
{
    /// <summary>So many are seen before anything is judged by them.</summary>
    public const int LeastSeen = 25;
    private const double LeastFactor = 2;

    /// <summary>Under what the amounts of a type are learned.</summary>
    public static string AmountKey(string type, string currency) => $"{type}|{currency}";

    public static void Observe(in Moment m)
    {
        var o = m.Seen;
        if (o.Kind != LeafKind.Event || o.Verdict != LeafVerdict.Admitted)
            return;
        if (o.Quantity is ({ } value, { } unit) && value > 0)
        {
            var item = o.Subject ?? "";
            Judge(m, AlertKind.UnusualQuantity, $"{o.Type}|{item}|{unit}", value, item, unit, item.Length > 0 ? $"of {item}" : "");
        }
        if (o.Money is { TenThousandths: > 0 } money)
            Judge(m, AlertKind.UnusualAmount, AmountKey(o.Type, money.Currency), money.TenThousandths / 10_000.0, o.Type, money.Currency, $"in {o.Type}");
    }

    private static void Judge(in Moment m, AlertKind kind, string key, double value, string cause, string unit, string of)
    {
        var o = m.Seen;
        if (m.Agent.Usual.TryGetValue(key, out var usual) && usual.Seen >= LeastSeen)
        {
            var surprise = usual.Surprise(value);
            if (Math.Max(value / usual.Middle, usual.Middle / value) >= LeastFactor && surprise >= 4)
            {
                var (low, high) = usual.Band;
                m.Say(kind, cause, surprise, new AlertExplanation
                {
                    Sentence = $"{m.Agent.Name} named {Moment.Text(value)} {unit} {of}; usual are {Moment.Text(low)}–{Moment.Text(high)}, this is {Moment.Text(Math.Max(value / usual.Middle, usual.Middle / value))} times {(value > usual.Middle ? "as much as" : "less than")} usual",
                    Actual = value, Expected = usual.Middle, Low = low, High = high, Unit = unit, Basis = $"the last {usual.Seen} of its kind",
                    OnceInDays = Math.Pow(10, Math.Min(surprise, 12)) / Math.Max(1, m.Agent.Events / Math.Max(1, (o.At - m.Agent.First).TotalDays)),
                    Features = [new(kind == AlertKind.UnusualAmount ? "amount" : "quantity", 1, $"{Moment.Text(value)} {unit}", $"{Moment.Text(low)}–{Moment.Text(high)} {unit}")],
                });
            }
            if (kind == AlertKind.UnusualQuantity)
                Drift(m, usual.Out(value));
        }
        m.Agent.LearnUsual(key, value);
    }

    private static void Drift(in Moment m, double deviation)
    {
        var o = m.Seen;
        if (!m.Agent.Drifts.TryGetValue(o.Type, out var drift) && m.Agent.Drifts.Count >= AgentMemory.MostItems)
            return;
        if (drift.Add(o.At, deviation) && drift.Surprise >= m.Options.Threshold && m.IsKnown)
        {
            m.Say(AlertKind.VolumeDrift, "quantity:" + o.Type, drift.Surprise, new AlertExplanation
            {
                Sentence = $"The quantities that {m.Agent.Name} names in {o.Type} {(drift.Rises ? "rise" : "fall")} day by day: yesterday's lay {Moment.Text(Math.Abs(drift.LastMean))} deviations {(drift.Rises ? "above" : "below")} what is usual for their items",
                Actual = drift.LastMean, Expected = 0, Low = -0.3, High = 0.3, Unit = "mean deviations", Basis = "day means against each item's own usual", OnceInDays = Math.Pow(10, Math.Min(drift.Surprise, 12)),
                Features = [new("level of quantities", 1, Moment.Text(drift.LastMean), "about 0")],
            });
            drift.Reset();
        }
        m.Agent.Drifts[o.Type] = drift;
    }
}
