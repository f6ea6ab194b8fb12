namespace A2AConsole.Core.Alerts;

/// <summary>Where the work on an alert stands.</summary>
public enum AlertState
{
    /// <summary>Nobody looked yet.</summary>
    New,
    /// <summary>Somebody works on it.</summary>
    Open,
    /// <summary>It is part of an incident, which carries the work on.</summary>
    InIncident,
    /// <summary>Ended with a verdict.</summary>
    Closed,
}

/// <summary>What an analyst found an alert to be.</summary>
public enum AlertVerdict
{
    TruePositive,
    Benign,
    Duplicate,
}

/// <summary>How much it matters: probability and what is at stake together.</summary>
public enum AlertSeverity
{
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>What was done to an alert or an incident.</summary>
public enum TriageMove
{
    Raised,
    /// <summary>It happened again, worse than before.</summary>
    Again,
    Noted,
    Opened,
    Assigned,
    Unassigned,
    Closed,
    Reopened,
    /// <summary>Alerts: put into an incident. Incidents: an alert was added.</summary>
    Joined,
    Left,
    /// <summary>Agent suspended, certificate revoked, messages held, quarantined: what contained it.</summary>
    Contained,
    ContainmentUndone,
    Severity,
    Created,
    Merged,
    Split,
    TaskAdded,
    TaskDone,
    TaskReopened,
    Exported,
    /// <summary>Undid an earlier verdict.</summary>
    Undone,
}

/// <summary>Where an incident stands.</summary>
public enum IncidentState
{
    Open,
    /// <summary>What caused it is stopped.</summary>
    Contained,
    Closed,
}
