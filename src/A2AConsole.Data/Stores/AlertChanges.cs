using A2AConsole.Core.Alerts;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>
/// The changes of alerts, each made together with its leaf (<see cref="Ledger.ILedger.RecordAsync"/>). The rule is asked of the row as it is then:
/// <see cref="TriageRefusedException"/> when somebody was faster, and nothing is written.
/// </summary>
public static class AlertChanges
{
    /// <summary>The alert of a number, to be changed. Throws <see cref="TriageRefusedException"/> when there is none.</summary>
    public static Alert Find(ConsoleDbContext context, long alert)
        => context.Alerts.Find(alert) ?? throw new TriageRefusedException("alert-unknown", "There is no such alert.");

    /// <summary>Takes one step that needs nothing but the row.</summary>
    public static void Step(ConsoleDbContext context, long alert, AlertStep step)
    {
        var row = Find(context, alert);
        Refuse(TriageRules.Check(step.Move, row.State, row.Assignee, step.To));
        switch (step.Move)
        {
            case TriageMove.Opened:
                row.State = AlertState.Open;
                row.Assignee ??= step.By;
                break;
            case TriageMove.Assigned:
                RefuseUnknown(context, step.To!);
                row.Assignee = step.To;
                if (row.State == AlertState.New)
                    row.State = AlertState.Open;
                break;
            case TriageMove.Unassigned:
                row.Assignee = null;
                break;
            case TriageMove.Noted or TriageMove.Contained or TriageMove.ContainmentUndone:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step.Move, null);
        }
        Add(row, step);
    }

    /// <summary>Ends it with a verdict and moves the threshold; returns how far, and where that stands now.</summary>
    public static (double Step, double Shift) Close(ConsoleDbContext context, long alert, AlertVerdict verdict, AlertStep step)
    {
        var row = Find(context, alert);
        Refuse(TriageRules.Check(TriageMove.Closed, row.State));
        return End(context, row, verdict, step);
    }

    /// <summary>Takes a verdict back, with what it did to the threshold; returns how far that moved, and where it stands now.</summary>
    public static (double Step, double Shift) Reopen(ConsoleDbContext context, long alert, AlertStep step)
    {
        var row = Find(context, alert);
        Refuse(TriageRules.Check(TriageMove.Reopened, row.State));
        return Reopen(context, row, step, AlertState.Open);
    }

    internal static (double Step, double Shift) End(ConsoleDbContext context, Alert row, AlertVerdict verdict, AlertStep step)
    {
        var moved = (Step: 0d, Shift: 0d);
        if (Threshold(context, row) is var threshold && (verdict != AlertVerdict.Duplicate))
        {
            moved.Step = VerdictShift.Of(verdict, threshold?.Shift ?? 0);
            if (threshold is null)
                context.DetectionThresholds.Add(threshold = new DetectionThreshold { Kind = row.Kind, AgentId = row.AgentId, Cause = row.Cause });
            Move(threshold, threshold.Shift + moved.Step, row.Id, step.At);
        }
        moved.Shift = threshold?.Shift ?? 0;
        (row.State, row.Verdict, row.EndedAt) = (AlertState.Closed, verdict, step.At);
        step.To = VerdictShift.Text(verdict, moved.Step);
        Add(row, step);
        return moved;
    }

    internal static (double Step, double Shift) Reopen(ConsoleDbContext context, Alert row, AlertStep step, AlertState state)
    {
        var verdict = row.Verdict;
        var given = context.AlertSteps.Where(s => s.AlertId == row.Id && s.Move == TriageMove.Closed).OrderByDescending(s => s.Leaf).Select(s => s.To).FirstOrDefault();
        var moved = (Step: 0d, Shift: 0d);
        if (Threshold(context, row) is { } threshold)
        {
            var before = threshold.Shift;
            Move(threshold, VerdictShift.Undo(before, VerdictShift.StepOf(given)), row.Id, step.At);
            moved = (threshold.Shift - before, threshold.Shift);
        }
        (row.State, row.Verdict, row.EndedAt) = (state, null, null);
        step.To = verdict?.ToString();
        Add(row, step);
        return moved;
    }

    internal static void Add(Alert row, AlertStep step)
    {
        step.AlertId = row.Id;
        row.Steps.Add(step);
    }

    /// <summary>Holds alerts back for a while; its id.</summary>
    public static AlertSuppression Suppress(ConsoleDbContext context, SuppressionRequest request, string owner, long leaf)
    {
        var row = new AlertSuppression
        {
            Kind = request.Kind, AgentId = Narrow(request.AgentId), Role = Narrow(request.Role), Cause = Narrow(request.Cause), IsMaintenance = request.IsMaintenance,
            Owner = owner, Reason = request.Reason.Trim(), From = request.From, Until = request.Until, Leaf = leaf,
        };
        context.AlertSuppressions.Add(row);
        return row;
    }

    /// <summary>Ends a suppression before its time.</summary>
    public static void EndSuppression(ConsoleDbContext context, int id, string by, DateTimeOffset at)
    {
        var row = context.AlertSuppressions.Find(id) ?? throw new TriageRefusedException("suppression-unknown", "There is no such suppression.");
        if (row.EndedAt is not null || row.Until <= at)
            throw new TriageRefusedException("suppression-over", "It is over already.");
        (row.EndedAt, row.EndedBy) = (at, by);
    }

    /// <summary>Throws when nobody has this user name.</summary>
    internal static void RefuseUnknown(ConsoleDbContext context, string user)
    {
        if (!context.Users.Any(u => u.UserName == user))
            throw new TriageRefusedException("triage-user-unknown", $"Nobody is called {user} here.");
    }

    internal static void Refuse(TriageFault? fault)
    {
        if (fault is not null)
            throw new TriageRefusedException(fault.Code, fault.Detail);
    }

    private static DetectionThreshold? Threshold(ConsoleDbContext context, Alert row)
        => context.DetectionThresholds.Local.FirstOrDefault(t => t.AgentId == row.AgentId && t.Kind == row.Kind && t.Cause == row.Cause)
            ?? context.DetectionThresholds.FirstOrDefault(t => t.AgentId == row.AgentId && t.Kind == row.Kind && t.Cause == row.Cause);

    private static void Move(DetectionThreshold threshold, double shift, long alert, DateTimeOffset at)
        => (threshold.Shift, threshold.AlertId, threshold.ChangedAt) = (shift, alert, at);

    private static string? Narrow(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
