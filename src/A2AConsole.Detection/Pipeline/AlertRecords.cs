using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;
using A2AConsole.Detection.Alerts;

namespace A2AConsole.Detection.Pipeline;

/// <summary>How alerts stand in rows and leaves. Values only.</summary>
public static class AlertRecords
{
    // Columns are that long.
    private const int LongestCause = 256, LongestLeaves = 1_000;

    /// <summary>How explanations are kept.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The row of a draft; its id is its leaf's.</summary>
    public static Alert RowOf(AlertDraft draft)
    {
        var (signal, episode) = (draft.Signal, draft.Episode);
        return new Alert
        {
            Kind = signal.Kind, Group = AlertKinds.Group(signal.Kind), Severity = draft.Severity, AgentId = signal.Agent, Role = SpiffeId.TryParse(signal.Agent, out var id, out _) ? id.Role : "", Cause = Cut(signal.Cause, LongestCause),
            Sentence = LedgerLeaf.Sentence(signal.Why.Sentence), FirstScore = episode.FirstScore, Score = episode.Score, Count = episode.Count, FirstSeenAt = episode.First, LastSeenAt = episode.Last, RaisedAt = episode.First, Money = episode.Money,
            Currency = episode.Currency, Why = JsonSerializer.Serialize(signal.Why, Json), Leaves = LeavesOf(episode), Tags = string.Join(',', AlertKinds.Tags(signal.Kind)), DetectionVersion = DetectionEngine.Version, Demo = signal.Demo,
        };
    }

    /// <summary>The leaf of a draft.</summary>
    public static LedgerLeaf LeafOf(AlertDraft draft, DateTimeOffset now) => new()
    {
        Kind = LeafKind.Alert, Verdict = LeafVerdict.Done, Code = TriageCodes.OfAlert(draft.Move), At = now, Actor = "system", Subject = draft.Signal.Agent.Length > 0 ? draft.Signal.Agent : null, Type = draft.Signal.Kind.ToString(),
        Time = draft.Signal.At, Count = draft.Episode.Count, Demo = draft.Signal.Demo, Detail = LedgerLeaf.Sentence($"{draft.Severity}, {draft.Signal.Score.ToString("0.0", CultureInfo.InvariantCulture)}: {draft.Signal.Why.Sentence}"),
    };

    /// <summary>How an episode stands.</summary>
    public static AlertTouch TouchOf(AlertEpisode episode) => new(episode.Kind, episode.Agent, Cut(episode.Cause, LongestCause), episode.First, episode.Last, episode.Count, LeavesOf(episode));

    private static string LeavesOf(AlertEpisode episode)
    {
        var leaves = episode.Leaves.Order().Select(l => l.ToString(CultureInfo.InvariantCulture)).ToList();
        while (leaves.Sum(l => l.Length + 1) > LongestLeaves)
            leaves.RemoveAt(leaves.Count / 2);
        return string.Join(',', leaves);
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}
