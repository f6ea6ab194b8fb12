using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Reviews;

/// <summary>Reviews as leaves and records say them.</summary>
internal static class ReviewWords
{
    private const int NamesSaid = 5;

    /// <summary>A decision's word, as in codes and records.</summary>
    public static string Of(ReviewDecision decision) => decision switch
    {
        ReviewDecision.Confirmed => "confirmed",
        ReviewDecision.Changed => "changed",
        ReviewDecision.Retired => "retired",
        _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, null),
    };

    /// <summary>What a leaf names a campaign.</summary>
    public static string Subject(int campaign) => string.Create(CultureInfo.InvariantCulture, $"review:{campaign}");

    public static string Agents(int count) => count == 1 ? "1 agent" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} agents");

    /// <summary>Which agents a filter chooses.</summary>
    public static string Covers(AgentFilter filter)
    {
        var parts = new List<string>();
        if (filter.Environment is { } environment)
            parts.Add($"environment {environment}");
        if (filter.Role is { } role)
            parts.Add($"role {role}");
        if (filter.Organisation is { } organisation)
            parts.Add($"organisation {organisation}");
        if (filter.Tier is { } tier)
            parts.Add($"tier {tier.ToString().ToLowerInvariant()}");
        if (filter.WithoutOwner)
            parts.Add("without an owner");
        else if (filter.Owner is { } owner)
            parts.Add($"owner {owner}");
        return parts.Count == 0 ? "all active and suspended agents" : string.Join(", ", parts);
    }

    /// <summary>Some of the names, and how many more there are.</summary>
    public static string Some(IReadOnlyList<string> names)
        => names.Count <= NamesSaid ? string.Join(", ", names) : $"{string.Join(", ", names.Take(NamesSaid))} and {names.Count - NamesSaid} more";
}
