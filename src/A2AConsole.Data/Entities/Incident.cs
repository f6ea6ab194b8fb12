using A2AConsole.Core.Alerts;

namespace A2AConsole.Data.Entities;

/// <summary>Alerts that belong together, and the work on them. Times are UTC.</summary>
public sealed class Incident
{
    /// <summary>The ledger leaf that created it.</summary>
    public long Id { get; set; }
    public required string Title { get; set; }
    public AlertSeverity Severity { get; set; }
    public IncidentState State { get; set; }
    /// <summary>User name of who leads the work.</summary>
    public string? Owner { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    /// <summary>What was learned, said at closing.</summary>
    public string? Lesson { get; set; }
    /// <summary>The change of policy that was suggested at closing.</summary>
    public string? PolicyChange { get; set; }
    /// <summary>Where its alerts went when it was merged into another.</summary>
    public long? MergedInto { get; set; }
    public string? Demo { get; set; }
    public ICollection<Alert> Alerts { get; } = [];
    public ICollection<IncidentStep> Steps { get; } = [];
    public ICollection<IncidentTask> Tasks { get; } = [];
}

/// <summary>What was done about an incident. Times are UTC.</summary>
public sealed class IncidentStep
{
    public int Id { get; set; }
    public long IncidentId { get; set; }
    public TriageMove Move { get; set; }
    public required string By { get; set; }
    public string? To { get; set; }
    public string? Note { get; set; }
    public DateTimeOffset At { get; set; }
    public long Leaf { get; set; }
}

/// <summary>Something to do for an incident.</summary>
public sealed class IncidentTask
{
    public int Id { get; set; }
    public long IncidentId { get; set; }
    public required string Text { get; set; }
    public string? Assignee { get; set; }
    public DateTimeOffset AddedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
    public string? DoneBy { get; set; }
}

/// <summary>A list's filters under a name: of one user, or shared.</summary>
public sealed class SavedView
{
    public int Id { get; set; }
    /// <summary><c>alerts</c>, <c>incidents</c>.</summary>
    public required string Page { get; set; }
    public required string Name { get; set; }
    /// <summary>User name of who made it, and alone may change it.</summary>
    public required string Owner { get; set; }
    public bool IsShared { get; set; }
    /// <summary>The URL's query, without the question mark.</summary>
    public required string Query { get; set; }
    public DateTimeOffset SavedAt { get; set; }
}

/// <summary>When somebody last worked here: what "since my last visit" counts from. One row a user.</summary>
public sealed class UserVisit
{
    /// <summary>User name.</summary>
    public required string User { get; set; }
    /// <summary>Of the visit now: moved with every page…</summary>
    public DateTimeOffset LastSeenAt { get; set; }
    /// <summary>…and when the visit before it ended.</summary>
    public DateTimeOffset? PreviousEndedAt { get; set; }
}
