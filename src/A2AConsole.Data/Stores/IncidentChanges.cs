using A2AConsole.Core.Alerts;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>
/// The changes of incidents, each made together with its leaf (<see cref="Ledger.ILedger.RecordAsync"/>); all or nothing. Throws
/// <see cref="TriageRefusedException"/> where a rule stands against it.
/// </summary>
public static class IncidentChanges
{
    /// <summary>The incident of a number, to be changed.</summary>
    public static Incident Find(ConsoleDbContext context, long incident)
        => context.Incidents.Find(incident) ?? throw new TriageRefusedException("incident-unknown", "There is no such incident.");

    /// <summary>Makes an incident of alerts; its severity is the highest of theirs.</summary>
    public static void Create(ConsoleDbContext context, long leaf, string title, IReadOnlyCollection<long> alerts, IncidentStep step)
    {
        var row = new Incident { Id = leaf, Title = title, Owner = step.By, CreatedBy = step.By, CreatedAt = step.At };
        context.Incidents.Add(row);
        row.Steps.Add(step);
        Join(context, row, alerts, step);
    }

    /// <summary>Adds alerts.</summary>
    public static void Add(ConsoleDbContext context, long incident, IReadOnlyCollection<long> alerts, IncidentStep step)
    {
        var row = Ready(context, incident, step.Move);
        row.Steps.Add(step);
        Join(context, row, alerts, step);
    }

    /// <summary>Takes alerts out: they are open again.</summary>
    public static void Remove(ConsoleDbContext context, long incident, IReadOnlyCollection<long> alerts, IncidentStep step)
    {
        var row = Ready(context, incident, step.Move);
        row.Steps.Add(step);
        Leave(context, row, alerts, step);
    }

    /// <summary>Moves everything of one into another; the first is closed and says where it went.</summary>
    public static void Merge(ConsoleDbContext context, long incident, long into, IncidentStep step, IncidentStep arrival)
    {
        if (incident == into)
            throw new TriageRefusedException("incident-same", "An incident cannot be merged into itself.");
        var (from, to) = (Ready(context, incident, step.Move), Ready(context, into, arrival.Move));
        foreach (var alert in context.Alerts.Where(a => a.IncidentId == incident).ToList())
        {
            alert.IncidentId = into;
            AlertChanges.Add(alert, Of(TriageMove.Joined, step, Number(into)));
        }
        foreach (var task in context.IncidentTasks.Where(t => t.IncidentId == incident).ToList())
            task.IncidentId = into;
        foreach (var note in context.IncidentSteps.Where(s => s.IncidentId == incident && s.Move == TriageMove.Noted).ToList())
            note.IncidentId = into;
        from.Steps.Add(step);
        to.Steps.Add(arrival);
        (from.State, from.ClosedAt, from.MergedInto) = (IncidentState.Closed, step.At, into);
        if (from.Severity > to.Severity)
            to.Severity = from.Severity;
    }

    /// <summary>Makes a new incident, named after its leaf, of some of its alerts.</summary>
    public static void Split(ConsoleDbContext context, long leaf, long incident, IReadOnlyCollection<long> alerts, string title, IncidentStep step, IncidentStep beginning)
    {
        var row = Ready(context, incident, step.Move);
        if (context.Alerts.Count(a => a.IncidentId == incident) <= alerts.Count)
            throw new TriageRefusedException("incident-split-all", "Nothing would be left of it: some of its alerts stay.");
        row.Steps.Add(step);
        var made = new Incident { Id = leaf, Title = title, Owner = row.Owner ?? step.By, CreatedBy = step.By, CreatedAt = step.At, Demo = row.Demo };
        context.Incidents.Add(made);
        made.Steps.Add(beginning);
        Leave(context, row, alerts, step);
        Join(context, made, alerts, beginning);
    }

    /// <summary>Takes one step that needs nothing but the row.</summary>
    public static void Step(ConsoleDbContext context, long incident, IncidentStep step, AlertSeverity? severity = null)
    {
        var row = Ready(context, incident, step.Move);
        switch (step.Move)
        {
            case TriageMove.Assigned:
                AlertChanges.RefuseUnknown(context, step.To!);
                row.Owner = step.To;
                break;
            case TriageMove.Unassigned:
                row.Owner = null;
                break;
            case TriageMove.Severity:
                if (row.Severity == severity)
                    throw new TriageRefusedException("incident-severity-same", "That is its severity already.");
                row.Severity = severity!.Value;
                break;
            case TriageMove.Contained:
                row.State = IncidentState.Contained;
                break;
            case TriageMove.ContainmentUndone:
                row.State = IncidentState.Open;
                break;
            case TriageMove.Noted or TriageMove.Exported:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step.Move, null);
        }
        row.Steps.Add(step);
    }

    /// <summary>Adds something to do.</summary>
    public static IncidentTask AddTask(ConsoleDbContext context, long incident, string text, string? assignee, IncidentStep step)
    {
        var row = Ready(context, incident, step.Move);
        if (context.IncidentTasks.Count(t => t.IncidentId == incident) >= TriageRules.MostTasks)
            throw new TriageRefusedException("incident-tasks-many", $"It has {TriageRules.MostTasks} tasks already: that is more than anybody reads.");
        if (assignee is not null)
            AlertChanges.RefuseUnknown(context, assignee);
        var task = new IncidentTask { Text = text, Assignee = assignee, AddedAt = step.At };
        row.Tasks.Add(task);
        row.Steps.Add(step);
        return task;
    }

    /// <summary>Says that a task is done, or not after all.</summary>
    public static void SetTask(ConsoleDbContext context, long incident, int task, bool done, IncidentStep step)
    {
        var row = Ready(context, incident, step.Move);
        if (context.IncidentTasks.Find(task) is not { } found || found.IncidentId != incident)
            throw new TriageRefusedException("incident-task-unknown", "It has no such task.");
        if (done == found.DoneAt is not null)
            throw new TriageRefusedException(done ? "incident-task-done" : "incident-task-open", done ? "That is done already." : "That is open already.");
        (found.DoneAt, found.DoneBy) = done ? (step.At, step.By) : ((DateTimeOffset?)null, (string?)null);
        step.Note = found.Text;
        row.Steps.Add(step);
    }

    /// <summary>Ends it; its alerts end as true positives.</summary>
    public static void Close(ConsoleDbContext context, long incident, string lesson, string? policyChange, IncidentStep step)
    {
        var row = Ready(context, incident, step.Move);
        if (context.IncidentTasks.Count(t => t.IncidentId == incident && t.DoneAt == null) is > 0 and var open)
            throw new TriageRefusedException("incident-tasks-open", open == 1 ? "One task is still to be done: do it, or say that it is done." : $"{open} tasks are still to be done: do them, or say that they are done.");
        foreach (var alert in context.Alerts.Where(a => a.IncidentId == incident).ToList())
            AlertChanges.End(context, alert, AlertVerdict.TruePositive, Of(TriageMove.Closed, step, null, step.Note));
        (row.State, row.ClosedAt, row.Lesson, row.PolicyChange) = (IncidentState.Closed, step.At, lesson, policyChange);
        row.Steps.Add(step);
    }

    /// <summary>Opens a closed one again, with its alerts; their verdicts are taken back.</summary>
    public static void Reopen(ConsoleDbContext context, long incident, IncidentStep step)
    {
        var row = Ready(context, incident, step.Move);
        foreach (var alert in context.Alerts.Where(a => a.IncidentId == incident && a.State == AlertState.Closed).ToList())
            AlertChanges.Reopen(context, alert, Of(TriageMove.Reopened, step, null, step.Note), AlertState.InIncident);
        (row.State, row.ClosedAt) = (IncidentState.Open, null);
        row.Steps.Add(step);
    }

    private static Incident Ready(ConsoleDbContext context, long incident, TriageMove move)
    {
        var row = Find(context, incident);
        AlertChanges.Refuse(TriageRules.CheckIncident(move, row.State, row.MergedInto));
        return row;
    }

    private static void Join(ConsoleDbContext context, Incident row, IReadOnlyCollection<long> alerts, IncidentStep step)
    {
        foreach (var id in alerts)
        {
            var alert = AlertChanges.Find(context, id);
            if (alert.IncidentId is not null || alert.State is AlertState.Closed or AlertState.InIncident)
                AlertChanges.Refuse(Named(id, TriageRules.Check(TriageMove.Joined, alert.State)));
            (alert.State, alert.IncidentId) = (AlertState.InIncident, row.Id);
            if (alert.Severity > row.Severity)
                row.Severity = alert.Severity;
            row.Demo ??= alert.Demo;
            AlertChanges.Add(alert, Of(TriageMove.Joined, step, Number(row.Id)));
        }
    }

    private static void Leave(ConsoleDbContext context, Incident row, IReadOnlyCollection<long> alerts, IncidentStep step)
    {
        foreach (var id in alerts)
        {
            var alert = AlertChanges.Find(context, id);
            if (alert.IncidentId != row.Id)
                AlertChanges.Refuse(Named(id, new("alert-not-in-incident", "It is not part of this incident.")));
            (alert.State, alert.IncidentId) = (AlertState.Open, null);
            AlertChanges.Add(alert, Of(TriageMove.Left, step, Number(row.Id)));
        }
    }

    private static TriageFault? Named(long alert, TriageFault? fault) => fault is null ? null : fault with { Detail = $"Alert {Number(alert)}: {fault.Detail}" };

    private static AlertStep Of(TriageMove move, IncidentStep step, string? to, string? note = null)
        => new() { Move = move, By = step.By, To = to, Note = note is null ? null : Core.Ledger.LedgerLeaf.Sentence(note), At = step.At, Leaf = step.Leaf };

    private static string Number(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
