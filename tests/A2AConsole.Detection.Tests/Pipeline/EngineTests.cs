using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;
using A2AConsole.Detection.Alerts;
using A2AConsole.Detection.Pipeline;

namespace A2AConsole.Detection.Tests.Pipeline;

public sealed class EngineTests
{
    private const string Feed = "spiffe://acme.example/env/prod/role/sensing/agent/demand-feed", Forecast = "spiffe://acme.example/env/prod/role/planning/agent/forecast", Bank = "spiffe://acme.example/env/prod/role/erp/agent/erp";
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Saved_and_loaded_at_any_point_it_says_the_same()
    {
        var seen = Story(days: 4).ToList();
        // Something of everything at its end.
        seen.AddRange([.. Enumerable.Range(0, 40).Select(i => seen[^1] with { Leaf = 900_000 + i, At = seen[^1].At.AddSeconds(i), Type = "purchase.approved", Peer = Bank, Money = new EventMoney(100_000_000, "EUR"), Quantity = (99_999, "EA") })]);
        var whole = Signals(new DetectionEngine(new()), seen);
        Assert.NotEmpty(whole);
        foreach (var cut in new[] { 1, seen.Count / 3, seen.Count - 41, seen.Count - 20 })
        {
            var first = new DetectionEngine(new());
            var signals = Signals(first, seen[..cut]);
            var second = new DetectionEngine(new());
            second.Load(new BinaryReader(new MemoryStream(Saved(first))));
            signals.AddRange(Signals(second, seen[cut..]));
            Assert.Equal(whole.Select(Text), signals.Select(Text));
        }
    }

    [Fact]
    public void Damaged_state_is_said_and_never_believed()
    {
        var engine = new DetectionEngine(new());
        Signals(engine, Story(days: 1).Take(500));
        var state = Saved(engine);
        foreach (var cut in new[] { 0, 1, 2, 30, state.Length / 2, state.Length - 1 })
            Assert.Throws<DetectorStateException>(() => new DetectionEngine(new()).Load(new BinaryReader(new MemoryStream(state[..cut]))));
    }

    [Fact]
    public void Three_in_a_hundred_a_day_is_told_within_a_week_and_without_it_nothing_is()
    {
        foreach (var (factor, told) in new[] { (1.0, false), (1.03, true) })
        {
            var engine = new DetectionEngine(new());
            Signals(engine, Story(days: 8));
            var since = Start.AddDays(8);
            var signals = Signals(engine, Story(days: 7, from: since, seed: 2).Select(o => o with { Quantity = (o.Quantity!.Value.Value * Math.Pow(factor, (o.At - since).TotalDays), "EA") }));
            Assert.Equal(told, signals.Exists(s => s.Kind == AlertKind.VolumeDrift && s.Cause == "quantity:demand.signal"));
        }
    }

    [Fact]
    public void Nothing_is_judged_before_it_is_known_and_nothing_learned_under_maintenance()
    {
        var strange = Story(days: 1).First() with { Type = "purchase.approved", Peer = Bank };
        var engine = new DetectionEngine(new());
        Signals(engine, Story(days: 1));
        Assert.Empty(Signals(engine, [strange with { At = Start.AddDays(1.01) }]));

        var maintained = new DetectionEngine(new(), (agent, _, at) => agent == Feed && at >= Start.AddDays(4) && at < Start.AddDays(5));
        Signals(maintained, Story(days: 4));
        Assert.Empty(Signals(maintained, [strange with { At = Start.AddDays(4.1) }]));
        // It was not learned either: afterwards it is as strange as before.
        Assert.Contains(AlertKind.UnusualAction, Signals(maintained, [strange with { At = Start.AddDays(5.1) }]).Select(s => s.Kind));
    }

    [Fact]
    public void Alerts_leaves_and_the_work_on_them_are_not_seen()
    {
        var engine = new DetectionEngine(new());
        Signals(engine, Story(days: 3));
        var before = Saved(engine);
        Assert.Empty(Signals(engine, [new Observation(1, engine.Now.AddDays(9), LeafKind.Alert, LeafVerdict.Done, "alert-raised", Feed, "", ""), new Observation(2, engine.Now.AddDays(9), LeafKind.Incident, LeafVerdict.Done, "incident-created", Feed, "", "")]));
        Assert.Equal(before, Saved(engine));
    }

    [Fact]
    public void Golden_sentences()
    {
        var engine = new DetectionEngine(new());
        Signals(engine, Story(days: 4));
        var item = Story(days: 1).First();
        var at = Start.AddDays(4).AddHours(10);
        var odd = Assert.Single(Signals(engine, [item with { At = at, Quantity = (800, "EA") }]), s => s.Kind == AlertKind.UnusualQuantity);
        Assert.Matches(@"^demand-feed named 800 EA of item-\d; usual are \d+–\d+, this is [78]\.?\d* times as much as usual$", odd.Why.Sentence);
        Assert.True(odd.Why is { Actual: 800, Low: > 60 and < 95, High: > 105 and < 150, Basis: not null, Features.Count: 1 });
        var action = Assert.Single(Signals(engine, [item with { At = at.AddMinutes(1), Type = "purchase.approved", Quantity = null }]), s => s.Kind == AlertKind.UnusualAction);
        Assert.Equal("demand-feed sent purchase.approved, which neither it nor anybody of its role sent before; usual is demand.signal", action.Why.Sentence);
        var burst = Signals(engine, Enumerable.Range(0, 60).Select(i => item with { At = at.AddMinutes(6).AddSeconds(i), Leaf = 5_000_000 + i })).Find(s => s.Kind == AlertKind.VolumeBurst)!;
        Assert.Matches(@"^demand-feed sent \d+ messages to forecast between 10:0\d and 10:\d\d UTC; usual for (any|that) hour is \d+–\d+$", burst.Why.Sentence);
        Assert.NotEmpty(burst.Why.Series);
    }

    private static string Text(Signal s) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{s.At:O} {s.Kind} {s.Cause} {s.Score:R} {s.Why.Sentence} {string.Join(',', s.Leaves)}");

    private static byte[] Saved(DetectionEngine engine)
    {
        using var bytes = new MemoryStream();
        engine.Save(new BinaryWriter(bytes));
        return bytes.ToArray();
    }

    private static List<Signal> Signals(DetectionEngine engine, IEnumerable<Observation> seen)
    {
        var signals = new List<Signal>();
        foreach (var observation in seen)
            engine.Observe(observation, signals);
        return signals;
    }

    // One feed that names about a hundred of each of four items, every four minutes or so.
    private static IEnumerable<Observation> Story(int days, DateTimeOffset? from = null, int seed = 1)
    {
        var random = new Random(seed);
        var begin = from ?? Start;
        var leaf = (long)(begin - Start).TotalSeconds;
        for (var at = begin; at < begin.AddDays(days); at = at.AddSeconds(60 + random.Next(360)))
        {
            yield return new Observation(leaf++, at, LeafKind.Event, LeafVerdict.Admitted, null, Feed, Forecast, "demand.signal")
            {
                Bytes = 1200, Message = "m" + leaf, Subject = "item-" + random.Next(4), Quantity = (100 * (1 + (random.NextDouble() + random.NextDouble() - 1) * 0.3), "EA"),
            };
        }
    }
}
