using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Alerts;

/// <summary>An alert as other systems are told of it. Times are UTC.</summary>
/// <param name="Id">The ledger leaf that raised it.</param>
/// <param name="Kind">What is unusual.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="State">Where the work on it stands.</param>
/// <param name="Verdict">What it was found to be, once closed.</param>
/// <param name="Agent">SPIFFE ID, or empty.</param>
/// <param name="Sentence">What is unusual, with the numbers.</param>
public sealed record AlertFacts(long Id, AlertKind Kind, AlertSeverity Severity, AlertState State, AlertVerdict? Verdict, string Agent, string Sentence)
{
    public string? AgentName { get; init; }
    public string? Owner { get; init; }
    public double Score { get; init; }
    public long Count { get; init; } = 1;
    public DateTimeOffset FirstSeenAt { get; init; }
    public DateTimeOffset LastSeenAt { get; init; }
    public DateTimeOffset RaisedAt { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public IReadOnlyList<long> Leaves { get; init; } = [];
    public long? Incident { get; init; }
    public string? Assignee { get; init; }
    /// <summary>The configuration of detection that raised it.</summary>
    public string Version { get; init; } = "";
}

/// <summary>An incident as other systems are told of it. Times are UTC.</summary>
public sealed record IncidentFacts(long Id, string Title, AlertSeverity Severity, IncidentState State, IReadOnlyList<AlertFacts> Alerts)
{
    public string? Owner { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public string? Lesson { get; init; }
}

/// <summary>An admission or refusal as other systems are told of it: its leaf and where that is.</summary>
public sealed record AdmissionFacts(long Index, LedgerLeaf Leaf);
