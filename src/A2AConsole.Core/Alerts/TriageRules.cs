namespace A2AConsole.Core.Alerts;

/// <summary>Why something is not done: a stable code, and a sentence that says what would be right.</summary>
public sealed record TriageFault(string Code, string Detail);

/// <summary>What may be done about alerts and incidents, and in which state.</summary>
public static class TriageRules
{
    public const int ShortestNote = 5;
    public const int LongestNote = 400;
    /// <summary>Longest lesson and suggested change of policy.</summary>
    public const int LongestLesson = 1_900;
    public const int ShortestTitle = 3;
    public const int LongestTitle = 200;
    /// <summary>As many alerts a request as the one writer takes without making admissions wait for long.</summary>
    public const int MostAtOnce = 200;
    /// <summary>Nobody reads a longer list of what is to be done.</summary>
    public const int MostTasks = 100;
    /// <summary>A suppression is a pause, not a setting.</summary>
    public static readonly TimeSpan LongestSuppression = TimeSpan.FromDays(90);

    /// <summary>What is wrong with a number of alerts, or null.</summary>
    public static TriageFault? CheckCount(int alerts)
        => alerts == 0 ? new("triage-none", "Nothing is chosen.")
            : alerts > MostAtOnce ? new("triage-many", $"At most {MostAtOnce} alerts at once: this would be {alerts}. Narrow it.")
            : null;

    /// <summary>What is wrong with a note, or null.</summary>
    public static TriageFault? CheckNote(string? note) => Text(note, "triage-note", "A note", ShortestNote, LongestNote, "it is what the next shift and an auditor will read");

    /// <summary>What is wrong with a note that may be left out, or null.</summary>
    public static TriageFault? CheckOptionalNote(string? note) => string.IsNullOrWhiteSpace(note) ? null : CheckNote(note);

    /// <summary>What is wrong with an incident's title, or null.</summary>
    public static TriageFault? CheckTitle(string? title) => Text(title, "incident-title", "A title", ShortestTitle, LongestTitle, "it is what everybody calls it by");

    /// <summary>What is wrong with a task's text, or null.</summary>
    public static TriageFault? CheckTask(string? text) => Text(text, "incident-task", "A task's text", ShortestTitle, LongestNote, "somebody has to know what to do");

    /// <summary>What is wrong with how an incident is to be closed, or null.</summary>
    public static TriageFault? CheckClosing(string? lesson, string? policyChange)
        => Text(lesson, "incident-lesson", "A lesson", ShortestNote, LongestLesson, "an incident ends with what was learned")
            ?? (policyChange?.Trim().Length > LongestLesson ? new("incident-lesson-long", $"A suggested change of policy has at most {LongestLesson} characters.") : null);

    /// <summary>Why this step does not fit an alert, or null.</summary>
    public static TriageFault? Check(TriageMove move, AlertState state, string? assignee = null, string? to = null) => (move, state) switch
    {
        (TriageMove.Noted or TriageMove.Contained or TriageMove.ContainmentUndone, _) => null,
        (TriageMove.Reopened, AlertState.Closed) => null,
        (TriageMove.Reopened, _) => new("alert-not-closed", "It is not closed: there is nothing to take back."),
        (_, AlertState.Closed) => new("alert-closed", "It is closed: reopen it first."),
        (TriageMove.Opened, AlertState.Open) when assignee is not null => new("alert-open", $"{assignee} works on it already."),
        (TriageMove.Opened, AlertState.InIncident) or (TriageMove.Closed, AlertState.InIncident) => new("alert-in-incident", "It is part of an incident, which carries the work on: take it out, or close the incident."),
        (TriageMove.Assigned, _) when string.Equals(assignee, to, StringComparison.OrdinalIgnoreCase) => new("alert-assigned", $"It is {to}'s already."),
        (TriageMove.Unassigned, _) when assignee is null => new("alert-unassigned", "It is nobody's already."),
        (TriageMove.Joined, AlertState.InIncident) => new("alert-in-incident", "It is part of another incident: take it out there, or merge the two."),
        (TriageMove.Left, not AlertState.InIncident) => new("alert-not-in-incident", "It is part of no incident."),
        _ => null,
    };

    /// <summary>Why this step does not fit an incident, or null.</summary>
    public static TriageFault? CheckIncident(TriageMove move, IncidentState state, long? mergedInto) => (move, state) switch
    {
        (TriageMove.Noted, _) => null,
        (TriageMove.Exported, _) => null,
        (TriageMove.Reopened, IncidentState.Closed) when mergedInto is { } other => new("incident-merged", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"It was merged into incident {other}: work goes on there.")),
        (TriageMove.Reopened, IncidentState.Closed) => null,
        (TriageMove.Reopened, _) => new("incident-open", "It is not closed: there is nothing to reopen."),
        (_, IncidentState.Closed) => new("incident-closed", "It is closed: reopen it first."),
        (TriageMove.Contained, IncidentState.Contained) => new("incident-contained", "It is contained already."),
        (TriageMove.ContainmentUndone, IncidentState.Open) => new("incident-not-contained", "It is not contained: there is nothing to take back."),
        _ => null,
    };

    /// <summary>What is wrong with a suppression, or null.</summary>
    public static TriageFault? Check(SuppressionRequest request, DateTimeOffset now)
    {
        if (CheckNote(request.Reason) is { } fault)
            return fault;
        if (request.Kind is null && Empty(request.AgentId) && Empty(request.Role) && Empty(request.Cause) && !request.IsMaintenance)
            return new("suppression-unscoped", "It would hold back every alert: name a kind, an agent, a role or a cause.");
        if (request.Until <= request.From)
            return new("suppression-backwards", "It would end before it begins.");
        if (request.Until <= now)
            return new("suppression-over", "It would be over already: what was raised stays raised.");
        if (request.Until - request.From > LongestSuppression)
            return new("suppression-long", $"It may last {LongestSuppression.TotalDays:0} days at most; what is never wanted is a threshold, not a suppression.");
        return null;
    }

    private static bool Empty(string? text) => string.IsNullOrWhiteSpace(text);

    private static TriageFault? Text(string? text, string code, string what, int shortest, int longest, string why)
        => (text?.Trim().Length ?? 0) < shortest ? new(code + "-missing", $"{what} is needed, of {shortest} characters at least: {why}.")
            : text!.Trim().Length > longest ? new(code + "-long", $"{what} has at most {longest} characters.")
            : null;
}
