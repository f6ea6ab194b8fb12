using System.Globalization;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;

namespace A2AConsole.Detection.Alerts;

/// <summary>
/// Makes alerts of signals: one a cause and episode, told again only when worse, weighed by what is at stake, within a day's budget. Depends on the signals
/// and the rules only. Not for several threads at once.
/// </summary>
public sealed class AlertBook(DetectionOptions options)
{
    private const int MostOpen = 20_000;
    // Worse: a thousandth as likely, or more severe.
    private const double Worse = 3;
    private static readonly TimeSpan Corroboration = TimeSpan.FromHours(1);

    private readonly Dictionary<(AlertKind, string, string), AlertEpisode> _open = [];
    private readonly Dictionary<string, List<(AlertGroup Group, DateTimeOffset At)>> _lately = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _held = [];
    private long _day;
    private int _raisedToday;

    /// <summary>How many alerts are over a day's budget so far (all days): raised as low ones.</summary>
    public long OverBudget { get; private set; }

    /// <summary>How many signals suppressions held back since the last time this was taken.</summary>
    public IReadOnlyDictionary<int, long> TakeHeld()
    {
        var held = new Dictionary<int, long>(_held);
        _held.Clear();
        return held;
    }

    /// <summary>Takes a signal; what is to be done about it, or null: it is below its threshold, held back, or nothing new.</summary>
    public AlertDraft? Take(Signal signal, AlertRules rules)
    {
        var key = (signal.Kind, signal.Agent, signal.Cause);
        if (signal.Score < options.Threshold + rules.Shifts.GetValueOrDefault(key))
            return null;
        if (rules.Suppressing(signal) is { } suppression)
        {
            _held[suppression.Id] = _held.GetValueOrDefault(suppression.Id) + 1;
            return null;
        }
        var isCorroborated = Corroborates(signal);
        if (!_open.TryGetValue(key, out var episode) || signal.At - episode.Last > options.Episode)
        {
            Forget(signal.At);
            _open[key] = episode = new AlertEpisode { Kind = signal.Kind, Agent = signal.Agent, Cause = signal.Cause, First = signal.At, FirstScore = signal.Score };
        }
        Add(episode, signal);
        var severity = SeverityRule.Of(episode.Score, rules.Tiers.TryGetValue(signal.Agent, out var tier) ? tier : null, episode.Money, (long)(options.HighAmount * 10_000), isCorroborated);
        if (!episode.IsRaised)
        {
            var isOver = IsOverBudget(signal.At, ref severity);
            (episode.IsRaised, episode.Told, episode.ToldSeverity) = (true, episode.Score, severity);
            return new(TriageMove.Raised, Explained(signal, isOver), severity, episode) { IsOverBudget = isOver };
        }
        if (episode.Score < episode.Told + Worse && severity <= episode.ToldSeverity)
            return null;
        (episode.Told, episode.ToldSeverity) = (episode.Score, severity > episode.ToldSeverity ? severity : episode.ToldSeverity);
        return new(TriageMove.Again, signal, episode.ToldSeverity, episode);
    }

    /// <summary>The raised episodes that counted on since the last time this was asked.</summary>
    public IReadOnlyList<AlertEpisode> TakeTouched()
    {
        var touched = _open.Values.Where(e => e.IsTouched && e.IsRaised).ToList();
        touched.ForEach(e => e.IsTouched = false);
        return touched;
    }

    private static void Add(AlertEpisode episode, Signal signal)
    {
        episode.Last = signal.At > episode.Last ? signal.At : episode.Last;
        var added = signal.Leaves.Where(l => !episode.Leaves.Contains(l)).ToList();
        episode.Leaves.AddRange(added);
        // What a window counts includes what it counted before.
        episode.Count = Math.Max(episode.Count + added.Count, signal.Count);
        // The first says how it began, the newest how it stands.
        if (episode.Leaves.Count > Signal.MaxLeaves)
            episode.Leaves.RemoveRange(Signal.MaxLeaves / 5, episode.Leaves.Count - Signal.MaxLeaves);
        episode.Score = Math.Max(episode.Score, signal.Score);
        if (signal.Currency is { } currency && (episode.Currency ??= currency) == currency)
            episode.Money = signal.Kind is AlertKind.SplitCommitment or AlertKind.MoneyBurst ? episode.Money + signal.Money : Math.Max(episode.Money, signal.Money);
        episode.IsTouched = true;
    }

    // Two kinds of signals that say something about one agent within an hour.
    private bool Corroborates(Signal signal)
    {
        if (!_lately.TryGetValue(signal.Agent, out var lately))
            _lately[signal.Agent] = lately = [];
        lately.RemoveAll(l => signal.At - l.At > Corroboration);
        var group = AlertKinds.Group(signal.Kind);
        lately.RemoveAll(l => l.Group == group);
        lately.Add((group, signal.At));
        return lately.Count > 1;
    }

    private bool IsOverBudget(DateTimeOffset at, ref AlertSeverity severity)
    {
        var day = at.UtcTicks / TimeSpan.TicksPerDay;
        if (day != _day)
            (_day, _raisedToday) = (day, 0);
        if (severity == AlertSeverity.Low)
            return false;
        _raisedToday++;
        // What is critical is never the least severe.
        if (_raisedToday <= options.AlertsADay || severity == AlertSeverity.Critical)
            return false;
        severity = AlertSeverity.Low;
        OverBudget++;
        return true;
    }

    private Signal Explained(Signal signal, bool isOver) => !isOver ? signal : signal with
    {
        Why = signal.Why with { Features = [.. signal.Why.Features, new("over today's budget", 0, _raisedToday.ToString(CultureInfo.InvariantCulture), "at most " + options.AlertsADay.ToString(CultureInfo.InvariantCulture))] },
    };

    private void Forget(DateTimeOffset at)
    {
        if (_open.Count < MostOpen)
            return;
        foreach (var key in _open.Where(o => at - o.Value.Last > options.Episode).Select(o => o.Key).ToList())
            _open.Remove(key);
        // More causes at once than anybody can look at: the one that is quiet for the longest time makes room.
        if (_open.Count >= MostOpen)
            _open.Remove(_open.MinBy(o => (o.Value.Last, o.Value.Agent, o.Value.Cause)).Key);
    }

    /// <summary>Writes what is open.</summary>
    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, (byte)'B', 1);
        writer.Write(_day);
        writer.Write(_raisedToday);
        writer.Write(OverBudget);
        writer.Write(_open.Count);
        foreach (var e in _open.Values)
        {
            writer.Write((int)e.Kind);
            writer.Write(e.Agent);
            writer.Write(e.Cause);
            writer.Write(e.First.UtcTicks);
            writer.Write(e.Last.UtcTicks);
            writer.Write(e.Count);
            writer.Write(e.FirstScore);
            writer.Write(e.Score);
            writer.Write(e.Told);
            writer.Write((byte)e.ToldSeverity);
            writer.Write(e.IsRaised);
            writer.Write(e.Money);
            writer.Write(e.Currency ?? "");
            writer.Write(e.Leaves.Count);
            e.Leaves.ForEach(writer.Write);
        }
        writer.Write(_lately.Count);
        foreach (var (agent, lately) in _lately)
        {
            writer.Write(agent);
            writer.Write(lately.Count);
            foreach (var (group, at) in lately)
            {
                writer.Write((byte)group);
                writer.Write(at.UtcTicks);
            }
        }
    }

    /// <summary>Takes a saved state in place of what is open.</summary>
    /// <exception cref="DetectorStateException">It is damaged or another's.</exception>
    public void Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, (byte)'B', 1);
        _open.Clear();
        _lately.Clear();
        (_day, _raisedToday, OverBudget) = (r.ReadInt64(), r.ReadInt32(), r.ReadInt64());
        for (var left = DetectorState.Int32(r, 0, MostOpen + 1); left > 0; left--)
        {
            var kind = (AlertKind)DetectorState.Int32(r, 0, Enum.GetValues<AlertKind>().Length - 1);
            var episode = new AlertEpisode { Kind = kind, Agent = r.ReadString(), Cause = r.ReadString(), First = Time(r), Last = Time(r), Count = r.ReadInt64(), FirstScore = r.ReadDouble(), Score = r.ReadDouble(), Told = r.ReadDouble(), ToldSeverity = (AlertSeverity)r.ReadByte(), IsRaised = r.ReadBoolean(), Money = r.ReadInt64() };
            episode.Currency = r.ReadString() is { Length: > 0 } currency ? currency : null;
            for (var leaves = DetectorState.Int32(r, 0, Signal.MaxLeaves); leaves > 0; leaves--)
                episode.Leaves.Add(r.ReadInt64());
            _open[(kind, episode.Agent, episode.Cause)] = episode;
        }
        for (var left = DetectorState.Int32(r, 0, int.MaxValue); left > 0; left--)
        {
            var lately = _lately[r.ReadString()] = [];
            for (var signals = DetectorState.Int32(r, 0, 100); signals > 0; signals--)
                lately.Add(((AlertGroup)r.ReadByte(), Time(r)));
        }
        return true;
    });

    private static DateTimeOffset Time(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);
}
