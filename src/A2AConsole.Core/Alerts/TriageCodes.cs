namespace A2AConsole.Core.Alerts;

/// <summary>The codes of the ledger's leaves of triage.</summary>
public static class TriageCodes
{
    /// <summary>Detection raised it.</summary>
    public const string Raised = "alert-raised";
    public const string Suppressed = "suppression-made";
    public const string SuppressionEnded = "suppression-ended";

    /// <summary>Of a step on an alert.</summary>
    public static string OfAlert(TriageMove move) => "alert-" + Word(move);

    /// <summary>Of a step on an incident.</summary>
    public static string OfIncident(TriageMove move) => "incident-" + Word(move);

    private static string Word(TriageMove move) => move switch
    {
        TriageMove.Raised => "raised",
        TriageMove.Again => "again",
        TriageMove.Noted => "noted",
        TriageMove.Opened => "opened",
        TriageMove.Assigned => "assigned",
        TriageMove.Unassigned => "unassigned",
        TriageMove.Closed => "closed",
        TriageMove.Reopened => "reopened",
        TriageMove.Joined => "joined",
        TriageMove.Left => "left",
        TriageMove.Contained => "contained",
        TriageMove.ContainmentUndone => "containment-undone",
        TriageMove.Severity => "severity",
        TriageMove.Created => "created",
        TriageMove.Merged => "merged",
        TriageMove.Split => "split",
        TriageMove.TaskAdded => "task-added",
        TriageMove.TaskDone => "task-done",
        TriageMove.TaskReopened => "task-reopened",
        TriageMove.Exported => "exported",
        TriageMove.Undone => "undone",
        _ => throw new ArgumentOutOfRangeException(nameof(move), move, null),
    };
}
