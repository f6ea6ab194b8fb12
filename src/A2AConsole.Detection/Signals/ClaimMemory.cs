using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Detection.Signals;

/// <summary>
/// Claims that cost something (a delay at a port that is to be bought off) and wait for a second source. Somebody else's word on the same shipment, before
/// or within the wait, supports it; when none came, what cites no evidence, or costs far more than such claims do, is told.
/// </summary>
internal sealed class ClaimMemory
{
    private const int MostOpen = 1_000, MostWords = 5_000;
    private const double FarOut = 3;
    private static readonly TimeSpan Before = TimeSpan.FromHours(6);

    private readonly List<Claim> _open = [];
    private readonly Dictionary<string, (string Agent, long Ticks)> _words = new(StringComparer.Ordinal);

    private sealed record Claim(string Agent, string About, string Type, DateTimeOffset At, long Leaf, long Money, string Currency, int Evidence, double Surprise, double Usual, string? Demo);

    public void Observe(in Moment m)
    {
        var o = m.Seen;
        if (o.Kind != LeafKind.Event || o.Verdict != LeafVerdict.Admitted || o.Type is not ("logistics.exception" or "customs.declaration" or "shipment.exception") || o.Subject is not { Length: > 0 } about)
            return;
        _open.RemoveAll(c => c.About == about && c.Agent != o.Agent);
        var isSupported = _words.TryGetValue(about, out var word) && word.Agent != o.Agent && o.At.UtcTicks - word.Ticks <= Before.Ticks;
        if (_words.Count >= MostWords && !_words.ContainsKey(about))
            Forget(o.At);
        if (word.Agent is null || word.Agent == o.Agent)
            _words[about] = (o.Agent, o.At.UtcTicks);
        if (o.Type != "logistics.exception" || o.Money is not { TenThousandths: > 0 } money || isSupported || _open.Count >= MostOpen)
            return;
        var usual = m.Agent.Usual.GetValueOrDefault(ContentSignals.AmountKey(o.Type, money.Currency));
        _open.Add(new(o.Agent, about, o.Type, o.At, o.Leaf, money.TenThousandths, money.Currency, o.Evidence, usual.Seen >= 10 && money.TenThousandths / 10_000.0 > usual.Middle ? usual.Surprise(money.TenThousandths / 10_000.0) : 0, usual.Seen > 0 ? usual.Middle : 0, o.Demo));
    }

    // All that is too old to support anything; when that is not half, the older half.
    private void Forget(DateTimeOffset at)
    {
        var since = at.UtcTicks - Before.Ticks;
        var old = _words.Where(w => w.Value.Ticks < since).Select(w => w.Key).ToList();
        if (old.Count < MostWords / 2)
            old = [.. _words.OrderBy(w => w.Value.Ticks).ThenBy(w => w.Key, StringComparer.Ordinal).Take(MostWords / 2).Select(w => w.Key)];
        old.ForEach(key => _words.Remove(key));
    }

    /// <summary>Tells of the claims whose wait is over.</summary>
    public void Advance(DateTimeOffset now, DetectionOptions options, List<Signal> signals)
    {
        for (var i = 0; i < _open.Count; i++)
        {
            var claim = _open[i];
            if (now - claim.At < options.Corroboration)
                continue;
            _open.RemoveAt(i--);
            var isHigh = claim.Money >= options.HighAmount * 10_000;
            if (claim.Evidence > 0 && claim.Surprise < FarOut && !isHigh)
                continue;
            signals.Add(new Signal(AlertKind.Uncorroborated, claim.Agent, claim.At + options.Corroboration, Moment.Certain, new AlertExplanation
            {
                Sentence = $"{Moment.Name(claim.Agent)} claims something about {claim.About} that costs {claim.Currency} {Moment.Text(claim.Money / 10_000.0)}, and within {options.Corroboration.TotalSeconds:0} seconds nobody else said anything that supports it; {(claim.Evidence == 0 ? "it cites no evidence" : "its evidence is its own")}{(claim.Usual > 0 ? $", and usual are about {Moment.Text(claim.Usual)}" : "")}",
                Actual = claim.Money / 10_000.0, Expected = claim.Usual > 0 ? claim.Usual : null, Unit = claim.Currency,
                Features = [new("second source", 0.6, "none", "another agent's word on the same shipment"), new("cost", 0.4, Moment.Text(claim.Money / 10_000.0), claim.Usual > 0 ? "about " + Moment.Text(claim.Usual) : null)],
            })
            { Cause = claim.About, Leaves = [claim.Leaf], Money = claim.Money, Currency = claim.Currency, Demo = claim.Demo });
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_open.Count);
        foreach (var c in _open)
        {
            writer.Write(c.Agent);
            writer.Write(c.About);
            writer.Write(c.Type);
            writer.Write(c.At.UtcTicks);
            writer.Write(c.Leaf);
            writer.Write(c.Money);
            writer.Write(c.Currency);
            writer.Write(c.Evidence);
            writer.Write(c.Surprise);
            writer.Write(c.Usual);
            writer.Write(c.Demo ?? "");
        }
        writer.Write(_words.Count);
        foreach (var (about, (agent, ticks)) in _words.OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            writer.Write(about);
            writer.Write(agent);
            writer.Write(ticks);
        }
    }

    public static ClaimMemory Load(BinaryReader reader)
    {
        var memory = new ClaimMemory();
        for (var left = DetectorState.Int32(reader, 0, MostOpen); left > 0; left--)
            memory._open.Add(new(reader.ReadString(), reader.ReadString(), reader.ReadString(), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero), reader.ReadInt64(), reader.ReadInt64(), reader.ReadString(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadString() is { Length: > 0 } demo ? demo : null));
        for (var left = DetectorState.Int32(reader, 0, MostWords); left > 0; left--)
            memory._words[reader.ReadString()] = (reader.ReadString(), reader.ReadInt64());
        return memory;
    }
}
