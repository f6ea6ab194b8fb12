using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Detection;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Detection.Alerts;

namespace A2AConsole.Detection.Pipeline;

/// <summary>An alert as a replay compares it: of a configuration, or as it was recorded.</summary>
/// <param name="Id">The recorded one's leaf, or null.</param>
public sealed record ReplayedAlert(long? Id, AlertKind Kind, string Agent, string Cause, DateTimeOffset At, AlertSeverity Severity, string Sentence);

/// <summary>What another configuration would have said of the same events.</summary>
/// <param name="Events">Observations that were read.</param>
/// <param name="Come">Alerts that were not raised then.</param>
/// <param name="Go">Recorded alerts that would not be raised.</param>
/// <param name="Stay">Alerts that both raise, with the severity that they would have.</param>
public sealed record ReplayReport(long Events, IReadOnlyList<ReplayedAlert> Come, IReadOnlyList<ReplayedAlert> Go, IReadOnlyList<ReplayedAlert> Stay);

/// <summary>
/// Runs detection under a configuration over recorded events, without effect, and compares what it raises with what was raised. It reads as much of the past
/// before the range as there is, so that it knows what was known then.
/// </summary>
public sealed class DetectionReplay(ObservationReader reader, DetectionQueries queries)
{
    // The same cause, told at another time within one episode, is the same alert.
    private readonly Dictionary<(AlertKind, string, string), List<ReplayedAlert>> _left = [];

    /// <summary>Replays from <paramref name="from"/> to <paramref name="to"/> (UTC).</summary>
    /// <param name="head">How many leaves the ledger has.</param>
    public async Task<ReplayReport> RunAsync(DetectionOptions options, DateTimeOffset from, DateTimeOffset to, long head, CancellationToken cancellationToken = default)
    {
        var rules = await DetectionService.RulesAsync(queries, to - from + options.LookBack, to, cancellationToken);
        var (engine, book) = (new DetectionEngine(options, rules.IsMaintained), new AlertBook(options));
        var (signals, raised, events) = (new List<Signal>(), new List<ReplayedAlert>(), 0L);
        for (var next = await reader.FirstSinceAsync(from - options.LookBack, cancellationToken); next < head;)
        {
            var batch = await reader.ReadAsync(next, head, cancellationToken);
            if (batch.Next <= next)
                break;
            next = batch.Next;
            foreach (var observation in batch.Observations)
            {
                if (observation.At >= to)
                    return Compare(raised, await queries.RecordedAsync(from, to, cancellationToken), options.Episode, events);
                events++;
                engine.Observe(observation, signals);
                foreach (var signal in signals)
                    if (book.Take(signal, rules) is { Move: TriageMove.Raised } draft && signal.At >= from && signal.At < to)
                        raised.Add(new(null, signal.Kind, signal.Agent, signal.Cause, signal.At, draft.Severity, signal.Why.Sentence));
                signals.Clear();
            }
        }
        return Compare(raised, await queries.RecordedAsync(from, to, cancellationToken), options.Episode, events);
    }

    private ReplayReport Compare(List<ReplayedAlert> raised, IReadOnlyList<Alert> recorded, TimeSpan episode, long events)
    {
        _left.Clear();
        foreach (var alert in recorded)
        {
            var key = (alert.Kind, alert.AgentId, alert.Cause);
            if (!_left.TryGetValue(key, out var list))
                _left[key] = list = [];
            list.Add(new(alert.Id, alert.Kind, alert.AgentId, alert.Cause, alert.RaisedAt, alert.Severity, alert.Sentence));
        }
        var (come, stay) = (new List<ReplayedAlert>(), new List<ReplayedAlert>());
        foreach (var alert in raised)
        {
            var same = _left.GetValueOrDefault((alert.Kind, alert.Agent, alert.Cause))?.Where(r => (r.At - alert.At).Duration() <= episode).MinBy(r => (r.At - alert.At).Duration());
            if (same is null)
            {
                come.Add(alert);
                continue;
            }
            _left[(alert.Kind, alert.Agent, alert.Cause)].Remove(same);
            stay.Add(alert with { Id = same.Id });
        }
        return new(events, come, [.. _left.Values.SelectMany(l => l).OrderBy(l => l.Id)], stay);
    }
}
