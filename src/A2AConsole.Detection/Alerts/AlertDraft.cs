using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;

namespace A2AConsole.Detection.Alerts;

/// <summary>What is to be done about signals of one cause: raise an alert, or say that it got worse.</summary>
/// <param name="Move"><see cref="TriageMove.Raised"/> or <see cref="TriageMove.Again"/>.</param>
/// <param name="Signal">The signal that tips it.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Episode">Everything of the cause so far.</param>
public sealed record AlertDraft(TriageMove Move, Signal Signal, AlertSeverity Severity, AlertEpisode Episode)
{
    /// <summary>Whether it waits as a low one because the day's budget is used up.</summary>
    public bool IsOverBudget { get; init; }
}

/// <summary>One cause from its first signal until it was quiet for long enough. Times are UTC.</summary>
public sealed class AlertEpisode
{
    public required AlertKind Kind { get; init; }
    public required string Agent { get; init; }
    public required string Cause { get; init; }
    /// <summary>Of the first signal: with kind, agent and cause it names the alert.</summary>
    public required DateTimeOffset First { get; init; }
    public DateTimeOffset Last { get; set; }
    public long Count { get; set; }
    public double FirstScore { get; set; }
    public double Score { get; set; }
    /// <summary>The score and severity that people were told last.</summary>
    public double Told { get; set; }
    public AlertSeverity ToldSeverity { get; set; }
    public bool IsRaised { get; set; }
    public long Money { get; set; }
    public string? Currency { get; set; }
    /// <summary>At most <see cref="Signal.MaxLeaves"/>, the first and the newest.</summary>
    public List<long> Leaves { get; } = [];
    internal bool IsTouched { get; set; }
}
