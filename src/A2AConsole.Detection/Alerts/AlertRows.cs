using System.Globalization;
using A2AConsole.Core.Alerts;
using A2AConsole.Data.Entities;

namespace A2AConsole.Detection.Alerts;

/// <summary>Rows as other systems are told of them.</summary>
public static class AlertRows
{
    /// <summary>An alert; its agent should be loaded.</summary>
    public static AlertFacts Facts(this Alert row) => new(row.Id, row.Kind, row.Severity, row.State, row.Verdict, row.AgentId, row.Sentence)
    {
        AgentName = row.Agent?.Name, Owner = row.Agent?.Owner, Score = row.Score, Count = row.Count, FirstSeenAt = row.FirstSeenAt, LastSeenAt = row.LastSeenAt, RaisedAt = row.RaisedAt,
        Tags = row.TagList(), Leaves = row.LeafList(), Incident = row.IncidentId, Assignee = row.Assignee, Version = row.DetectionVersion,
    };

    /// <summary>An incident; its alerts should be loaded.</summary>
    public static IncidentFacts Facts(this Incident row) => new(row.Id, row.Title, row.Severity, row.State, [.. row.Alerts.OrderBy(a => a.Id).Select(Facts)])
    {
        Owner = row.Owner, CreatedAt = row.CreatedAt, ClosedAt = row.ClosedAt, Lesson = row.Lesson,
    };

    /// <summary>The tags one by one.</summary>
    public static IReadOnlyList<string> TagList(this Alert row) => row.Tags.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The leaves one by one, oldest first.</summary>
    public static IReadOnlyList<long> LeafList(this Alert row) => [.. row.Leaves.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => long.Parse(l, NumberStyles.None, CultureInfo.InvariantCulture))];
}
