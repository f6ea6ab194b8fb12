using A2AConsole.Core.Detection;
using A2AConsole.Data.Entities;

namespace A2AConsole.Detection.Ranking;

/// <summary>What the ranker sees of an alert: how strange it is, what of, and what was at stake; nothing that only a verdict would know.</summary>
public static class AlertFeatures
{
    private static readonly AlertKind[] Kinds = Enum.GetValues<AlertKind>();

    /// <summary>The features' names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["score", "rise of the score", "events", "minutes", "money", "severity", "hour", "weekend", .. Kinds.Select(k => "kind " + k)];

    /// <summary>An alert's features, as long as <see cref="Names"/>.</summary>
    public static float[] Of(Alert alert)
    {
        var features = new float[Names.Count];
        (features[0], features[1], features[2]) = ((float)Math.Min(alert.Score, 50), (float)Math.Min(alert.Score - alert.FirstScore, 50), (float)Math.Log10(1 + alert.Count));
        (features[3], features[4]) = ((float)Math.Min((alert.LastSeenAt - alert.FirstSeenAt).TotalMinutes, 1440), (float)Math.Log10(1 + Math.Abs(alert.Money / 10_000.0)));
        (features[5], features[6]) = ((float)alert.Severity, alert.RaisedAt.UtcDateTime.Hour);
        features[7] = alert.RaisedAt.UtcDateTime.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0;
        features[8 + Array.IndexOf(Kinds, alert.Kind)] = 1;
        return features;
    }
}
