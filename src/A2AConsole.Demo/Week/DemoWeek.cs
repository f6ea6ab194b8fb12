using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Detection;
using A2AConsole.Detection.Alerts;
using A2AConsole.Detection.Pipeline;

namespace A2AConsole.Demo.Week;

/// <summary>How an attack of the week went.</summary>
/// <param name="Name">As the scenario calls it.</param>
/// <param name="Kinds">The kinds of alerts that answer it.</param>
/// <param name="Raised">What was raised about the attacked agent within a minute.</param>
/// <param name="After">From the attack's first message to the alert; null when none came in time.</param>
public sealed record WeekAttack(string Name, IReadOnlyList<AlertKind> Kinds, IReadOnlyList<AlertKind> Raised, TimeSpan? After);

/// <summary>How a kind of alert did: raised at all, and of those by an attack; attacks that should have raised it, and of those did.</summary>
public sealed record WeekKind(AlertKind Kind, int Raised, int True, int Expected, int Found)
{
    public double? Precision => Raised == 0 ? null : (double)True / Raised;
    public double? Recall => Expected == 0 ? null : (double)Found / Expected;
}

/// <summary>What came of a simulated week.</summary>
/// <param name="Agents">How many agents spoke.</param>
/// <param name="Observations">How many leaves were seen.</param>
/// <param name="QuietAlerts">Raised in the quiet week: all of them false.</param>
/// <param name="Attacks">The scripted attacks.</param>
/// <param name="Kinds">By kind.</param>
/// <param name="DriftDays">After how many days of +3 % a day the drift was told; null when it was not.</param>
/// <param name="EngineTime">CPU spent in detection alone.</param>
public sealed record WeekReport(int Agents, long Observations, IReadOnlyList<AlertDraft> QuietAlerts, IReadOnlyList<WeekAttack> Attacks, IReadOnlyList<WeekKind> Kinds, int? DriftDays, TimeSpan EngineTime)
{
    /// <summary>False alerts a day and 100 agents.</summary>
    public double FalseAlertsPerDay => QuietAlerts.Count / 7.0 * 100 / Agents;
}

/// <summary>
/// The demo world in simulated time: ten supply chains of ten agents, telling their stories by the day's rhythm with the mishaps of ordinary operation
/// (answers that were lost and retried, late messages, people who approve), for some days of learning and a quiet week; then a day on which every
/// scripted attack is played, and days on which one feed's quantities creep. Repeatable: the same seed, the same week.
/// </summary>
public sealed class DemoWeek
{
    /// <summary>When learning begins: a Monday.</summary>
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private const int Chains = 10, LearningDays = 4, QuietDays = 7, DriftDays = 8, DriftChain = 9;
    // Messages a second of one chain, at an average hour.
    private const double Pace = 0.01;

#pragma warning disable CA5394 // Repeatable chance is the point; nothing secret is drawn from it.
    private readonly Random _random;
    private readonly SupplyStory[] _stories;
    private readonly DetectionEngine _engine;
    private readonly AlertBook _book;
    private readonly AlertRules _rules;
    private readonly List<Signal> _signals = [];
    private readonly List<AlertDraft> _drafts = [];
    private readonly HashSet<string> _agents = new(StringComparer.Ordinal);
    private readonly List<Observation> _later = [];
    private long _leaf, _messages, _spent;

    /// <param name="seed">What chance is drawn from.</param>
    /// <param name="options">How detection works; null: the defaults.</param>
    public DemoWeek(int seed = 1, DetectionOptions? options = null)
    {
        options ??= new DetectionOptions();
        _random = new Random(seed);
        _stories = [.. Enumerable.Range(0, Chains).Select(chain => new SupplyStory(seed + 100 * chain, "w" + chain))];
        (_engine, _book) = (new DetectionEngine(options), new AlertBook(options));
        _rules = new AlertRules { Tiers = Enumerable.Range(0, Chains).SelectMany(chain => Cast.All.Select(member => (Id: Of(member.SpiffeId, chain), member.Tier))).ToDictionary(a => a.Id, a => a.Tier) };
    }

    /// <summary>Plays it all; the days on which a feed's quantities creep only when they are asked for.</summary>
    public WeekReport Run(bool withDrift = false, CancellationToken cancellationToken = default)
    {
        var at = Affirm(Start);
        at = Tell(at, Start.AddDays(LearningDays), null, cancellationToken);
        var learned = _drafts.Count;
        at = Tell(at, Start.AddDays(LearningDays + QuietDays), null, cancellationToken);
        var quiet = _drafts.Skip(learned).ToList();

        var attacks = new List<(WeekScript Script, DateTimeOffset From)>();
        at = Tell(at, at.AddHours(9), null, cancellationToken);
        var attacked = _drafts.Count;
        foreach (var script in WeekScript.All)
        {
            at = Tell(at, at.AddMinutes(30), null, cancellationToken);
            attacks.Add((script, at));
            foreach (var (after, observation) in script.Play(_stories[1]))
                See(observation with { At = at + after, Agent = Of(observation.Agent, 1), Peer = Of(observation.Peer, 1), Leaf = _leaf++ });
            at = Tell(at.AddSeconds(20), at.AddMinutes(1), null, cancellationToken);
            Advance(at);
        }
        at = Tell(at, Start.AddDays(LearningDays + QuietDays + 1), null, cancellationToken);
        var results = attacks.Select(a => Judge(a.Script, a.From)).ToList();
        var kinds = Kinds(_drafts.Skip(learned).ToList(), attacks, results);

        var (begin, told) = (at, _drafts.Count);
        if (withDrift)
            Tell(at, at.AddDays(DriftDays), begin, cancellationToken);
        var drift = _drafts.Skip(told).FirstOrDefault(d => d.Signal.Kind == AlertKind.VolumeDrift && d.Signal.Agent == Of(Cast.DemandFeed.SpiffeId, DriftChain));
        return new(_agents.Count, _leaf, quiet, results, kinds, drift is null ? null : (int)Math.Ceiling((drift.Signal.At - begin).TotalDays), System.Diagnostics.Stopwatch.GetElapsedTime(0, _spent));
    }

    private WeekAttack Judge(WeekScript script, DateTimeOffset from)
    {
        var agent = Of(script.Agent.SpiffeId, 1);
        var raised = _drafts.Where(d => d.Signal.Agent == agent && d.Signal.At >= from && d.Signal.At <= from.AddSeconds(60)).ToList();
        var answer = raised.Where(d => script.Kinds.Contains(d.Signal.Kind)).OrderBy(d => d.Signal.At).FirstOrDefault();
        return new(script.Name, script.Kinds, [.. raised.Select(d => d.Signal.Kind).Distinct()], answer is null ? null : answer.Signal.At - from);
    }

    private static List<WeekKind> Kinds(List<AlertDraft> drafts, List<(WeekScript Script, DateTimeOffset From)> attacks, List<WeekAttack> results)
    {
        bool IsTrue(AlertDraft draft) => attacks.Exists(a => draft.Signal.Agent == Of(a.Script.Agent.SpiffeId, 1) && draft.Signal.At >= a.From && draft.Signal.At <= a.From.AddMinutes(30));
        return [.. drafts.Select(d => d.Signal.Kind).Concat(results.SelectMany(r => r.Kinds)).Distinct().Order().Select(kind =>
        {
            var raised = drafts.Where(d => d.Signal.Kind == kind && d.Move == TriageMove.Raised).ToList();
            var expected = results.Where(r => r.Kinds.Contains(kind)).ToList();
            return new WeekKind(kind, raised.Count, raised.Count(IsTrue), expected.Count, expected.Count(r => r.Raised.Contains(kind)));
        })];
    }

    // Every agent's evidence holds, as at their enrolment.
    private DateTimeOffset Affirm(DateTimeOffset at)
    {
        for (var chain = 0; chain < Chains; chain++)
            foreach (var member in Cast.Senders)
                See(new Observation(_leaf++, at, LeafKind.Attestation, LeafVerdict.Done, null, Of(member.SpiffeId, chain), "", "image"));
        return at;
    }

    private DateTimeOffset Tell(DateTimeOffset from, DateTimeOffset to, DateTimeOffset? drift, CancellationToken cancellationToken)
    {
        var at = from;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            at += TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / (Pace * Chains * DayRhythm.At(at)));
            if (at >= to)
                break;
            Later(at);
            var chain = _random.Next(Chains);
            var message = _stories[chain].Next(at);
            // The story's own poisoned signals are an attack, which no quiet week has.
            if (message.Label is null)
                Say(message, chain, at, drift is { } since && chain == DriftChain && message.Type == "demand.signal" ? Math.Pow(1.03, (at - since).TotalDays) : 1);
        }
        Later(to);
        Advance(to);
        return to;
    }

    private void Say(StoryMessage message, int chain, DateTimeOffset at, double factor)
    {
        var observation = Seen(message, _leaf++, at, "m" + _messages++);
        observation = observation with { Agent = Of(observation.Agent, chain), Peer = Of(observation.Peer, chain), Quantity = observation.Quantity is var (value, unit) && factor != 1 ? (value * factor, unit) : observation.Quantity };
        See(observation);
        // What commits money is decided by policy, and some of it by people.
        var draw = _random.Next(1000);
        if (observation.Money is not null)
            Queue(observation with { Kind = LeafKind.Decision, Verdict = LeafVerdict.Done, Code = draw % 20 == 0 && observation.Type == "purchase.approved" ? "approval-required" : "allow", At = at.AddMilliseconds(8) });
        // An answer that was lost and asked for again, a message that came late, one that does not match its schema.
        var code = draw switch { < 4 => "replayed", 4 => "stale", 5 => "schema-violation", _ => null };
        if (code is not null)
            Queue(observation with { Verdict = LeafVerdict.Refused, Code = code, At = at.AddSeconds(1 + _random.Next(20)) });
    }

    /// <summary>A message of the story as its leaf is seen.</summary>
    internal static Observation Seen(StoryMessage message, long leaf, DateTimeOffset at, string id)
    {
        var content = EventContent.Read(message.Type, message.Data);
        return new Observation(leaf, at, LeafKind.Event, LeafVerdict.Admitted, null, message.Sender.SpiffeId, message.Audience, message.Type)
        {
            Bytes = message.Data.Length + 900, Message = id, Money = content.Money, Quantity = content.Quantity, Subject = content.Item, Evidence = content.Evidence, Asks = content.Asks, Document = content.Document, Follows = content.Follows,
        };
    }

    private void Queue(Observation observation)
    {
        var index = _later.FindIndex(o => o.At > observation.At);
        _later.Insert(index < 0 ? _later.Count : index, observation);
    }

    private void Later(DateTimeOffset until)
    {
        while (_later.Count > 0 && _later[0].At <= until)
        {
            See(_later[0] with { Leaf = _leaf++ });
            _later.RemoveAt(0);
        }
    }

    private void See(in Observation observation)
    {
        _agents.Add(observation.Agent);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        _engine.Observe(observation, _signals);
        Take();
        _spent += System.Diagnostics.Stopwatch.GetTimestamp() - started;
    }

    private void Advance(DateTimeOffset at)
    {
        _engine.Advance(at, _signals);
        Take();
    }

    private void Take()
    {
        foreach (var signal in _signals)
            if (_book.Take(signal, _rules) is { } draft)
                _drafts.Add(draft);
        _signals.Clear();
    }

    private static string Of(string id, int chain) => chain == 0 || id.Length == 0 ? id : $"{id}-{chain}";
#pragma warning restore CA5394
}
