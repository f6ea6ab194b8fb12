using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;

namespace A2AConsole.Data.Entities;

/// <summary>Something unusual about an agent that somebody should look at: one a cause. Times are UTC.</summary>
public sealed class Alert
{
    /// <summary>The ledger leaf that raised it.</summary>
    public long Id { get; set; }
    public AlertKind Kind { get; set; }
    public AlertGroup Group { get; set; }
    public AlertSeverity Severity { get; set; }
    public AlertState State { get; set; }
    public AlertVerdict? Verdict { get; set; }
    /// <summary>SPIFFE ID; empty when no agent of ours is in play.</summary>
    public required string AgentId { get; set; }
    public int? AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    public required string Role { get; set; }
    /// <summary>What it is about within agent and kind: a type, a peer, an item; or empty.</summary>
    public required string Cause { get; set; }
    /// <summary>The explanation's sentence, for lists.</summary>
    public required string Sentence { get; set; }
    /// <summary>−log10 p when it was raised…</summary>
    public double FirstScore { get; set; }
    /// <summary>…and at its worst.</summary>
    public double Score { get; set; }
    /// <summary>What the ranker, learned from verdicts, thinks: 0 to 1 that it is true; null while it does not know yet.</summary>
    public double? Rank { get; set; }
    /// <summary>How many events it stands for.</summary>
    public long Count { get; set; }
    /// <summary>The first event behind it.</summary>
    public DateTimeOffset FirstSeenAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    /// <summary>When it was raised.</summary>
    public DateTimeOffset RaisedAt { get; set; }
    /// <summary>In ten-thousandths of the currency's unit: the money in play.</summary>
    public long Money { get; set; }
    public string? Currency { get; set; }
    /// <summary>User name of who works on it.</summary>
    public string? Assignee { get; set; }
    public long? IncidentId { get; set; }
    public Incident? Incident { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary><see cref="AlertExplanation"/> as JSON, of when it was worst.</summary>
    public required string Why { get; set; }
    /// <summary>Indices of the leaves behind it, comma-separated, oldest first.</summary>
    public required string Leaves { get; set; }
    /// <summary>OWASP ASI and MITRE ATLAS ids, comma-separated.</summary>
    public required string Tags { get; set; }
    /// <summary>The configuration of detection that raised it.</summary>
    public required string DetectionVersion { get; set; }
    public string? Demo { get; set; }
    public ICollection<AlertStep> Steps { get; } = [];
}

/// <summary>What was done about an alert. Times are UTC.</summary>
public sealed class AlertStep
{
    public int Id { get; set; }
    public long AlertId { get; set; }
    public TriageMove Move { get; set; }
    /// <summary>User name, or <c>system</c>.</summary>
    public required string By { get; set; }
    /// <summary>Who it was given to, the verdict, the incident: what the move needs.</summary>
    public string? To { get; set; }
    public string? Note { get; set; }
    public DateTimeOffset At { get; set; }
    /// <summary>Its ledger leaf.</summary>
    public long Leaf { get; set; }
}

/// <summary>What analysts' verdicts did to a threshold: one row a scope and kind. Undone with the verdict.</summary>
public sealed class DetectionThreshold
{
    public int Id { get; set; }
    public AlertKind Kind { get; set; }
    /// <summary>SPIFFE ID of the agent that it holds for.</summary>
    public required string AgentId { get; set; }
    /// <summary>As in <see cref="Alert.Cause"/>.</summary>
    public required string Cause { get; set; }
    /// <summary>Added to the kind's threshold, in −log10 p; negative makes it keener.</summary>
    public double Shift { get; set; }
    /// <summary>The alert whose verdict changed it last.</summary>
    public long AlertId { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>Alerts that are not wanted for a while: they are counted and not shown. Times are UTC.</summary>
public sealed class AlertSuppression
{
    public int Id { get; set; }
    /// <summary>Nulls do not narrow.</summary>
    public AlertKind? Kind { get; set; }
    public string? AgentId { get; set; }
    public string? Role { get; set; }
    public string? Cause { get; set; }
    /// <summary>A maintenance window: detection does not learn from it either.</summary>
    public bool IsMaintenance { get; set; }
    /// <summary>Who answers for it: a user name.</summary>
    public required string Owner { get; set; }
    public required string Reason { get; set; }
    public DateTimeOffset From { get; set; }
    public DateTimeOffset Until { get; set; }
    /// <summary>Ended before its time.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndedBy { get; set; }
    /// <summary>How many alerts it held back.</summary>
    public long Held { get; set; }
    /// <summary>Its ledger leaf.</summary>
    public long Leaf { get; set; }
}

/// <summary>How far the ledger is read for detection, and what the detectors know: one row, written in one transaction with the alerts.</summary>
public sealed class DetectionCheckpoint
{
    public int Id { get; set; }
    /// <summary>The first leaf that is not read.</summary>
    public long Next { get; set; }
    public DateTimeOffset At { get; set; }
    /// <summary>The state as of leaf <see cref="StateNext"/>; older than <see cref="Next"/>, since it is saved less often.</summary>
    public long StateNext { get; set; }
    public required byte[] State { get; set; }
    /// <summary>The configuration of detection that made the state: another one learns anew.</summary>
    public required string Version { get; set; }
}

/// <summary>A trained model, kept with what it was judged by; the active one of a kind can be rolled back.</summary>
public sealed class DetectionModel
{
    public int Id { get; set; }
    /// <summary><c>peers</c> or <c>ranker</c>.</summary>
    public required string Kind { get; set; }
    public DateTimeOffset TrainedAt { get; set; }
    /// <summary>How many windows, or verdicts, it learned from.</summary>
    public int Rows { get; set; }
    /// <summary>What it reached on the part that was held out, and what the model before it reached there.</summary>
    public double Quality { get; set; }
    public double? QualityBefore { get; set; }
    public bool IsActive { get; set; }
    /// <summary>Why it is not active, in a sentence.</summary>
    public string? Reason { get; set; }
    public required byte[] Content { get; set; }
    public long Leaf { get; set; }
}
