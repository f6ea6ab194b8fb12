using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>How an alert stands as detection counts on.</summary>
public sealed record AlertTouch(AlertKind Kind, string AgentId, string Cause, DateTimeOffset First, DateTimeOffset Last, long Count, string Leaves);

/// <summary>
/// What detection writes. The stream is read again from the last saved state after a restart, so each change asks first whether it was made already:
/// an alert is named by its kind, agent, cause and the time of its first signal.
/// </summary>
public static class DetectionChanges
{
    /// <summary>Raises an alert. Throws <see cref="AlreadyWrittenException"/> when it was raised before.</summary>
    public static void Raise(ConsoleDbContext context, long leaf, Alert alert)
    {
        if (context.Alerts.Any(a => a.AgentId == alert.AgentId && a.Kind == alert.Kind && a.Cause == alert.Cause && a.RaisedAt == alert.RaisedAt))
            throw new AlreadyWrittenException();
        alert.Id = leaf;
        var agent = alert.AgentId.Length == 0 ? null : context.Agents.Where(a => a.SpiffeId == alert.AgentId).Select(a => new { a.Number, a.Role }).FirstOrDefault();
        alert.AgentNumber = agent?.Number;
        if (alert.Role.Length == 0 && agent is not null)
            alert.Role = agent.Role;
        alert.Steps.Add(new AlertStep { Move = TriageMove.Raised, By = "system", At = alert.RaisedAt, Leaf = leaf });
        context.Alerts.Add(alert);
    }

    /// <summary>Says that it happened again, worse; the alert of the episode, or a new one when that was closed meanwhile.</summary>
    public static void Again(ConsoleDbContext context, long leaf, Alert now, DateTimeOffset at)
    {
        var row = context.Alerts.Where(a => a.AgentId == now.AgentId && a.Kind == now.Kind && a.Cause == now.Cause && a.RaisedAt >= now.RaisedAt).OrderByDescending(a => a.Id).FirstOrDefault();
        if (row is null || (row.State == AlertState.Closed && row.EndedAt < at))
        {
            now.RaisedAt = at;
            Raise(context, leaf, now);
            return;
        }
        if (row.Score >= now.Score && row.Severity >= now.Severity)
            throw new AlreadyWrittenException();
        (row.Score, row.Sentence, row.Why) = (Math.Max(row.Score, now.Score), now.Sentence, now.Why);
        (row.Count, row.Leaves, row.Money, row.Currency) = (now.Count, now.Leaves, now.Money, now.Currency);
        if (now.LastSeenAt > row.LastSeenAt)
            row.LastSeenAt = now.LastSeenAt;
        if (now.Severity > row.Severity)
            row.Severity = now.Severity;
        row.Steps.Add(new AlertStep { AlertId = row.Id, Move = TriageMove.Again, By = "system", At = at, Leaf = leaf });
    }

    /// <summary>Counts on, and moves the cursor; with the state where one is given. One transaction.</summary>
    public static void Advance(ConsoleDbContext context, IReadOnlyList<AlertTouch> touched, IReadOnlyDictionary<int, long> held, long next, DateTimeOffset at, (byte[] Bytes, string Version)? state)
    {
        foreach (var touch in touched)
        {
            var row = context.Alerts.Where(a => a.AgentId == touch.AgentId && a.Kind == touch.Kind && a.Cause == touch.Cause && a.RaisedAt >= touch.First).OrderByDescending(a => a.Id).FirstOrDefault();
            if (row is null || row.State == AlertState.Closed)
                continue;
            (row.Count, row.Leaves) = (Math.Max(row.Count, touch.Count), touch.Leaves);
            if (touch.Last > row.LastSeenAt)
                row.LastSeenAt = touch.Last;
        }
        foreach (var (id, count) in held)
            if (context.AlertSuppressions.Find(id) is { } suppression)
                suppression.Held += count;
        var checkpoint = context.DetectionCheckpoints.SingleOrDefault();
        if (checkpoint is null)
            context.DetectionCheckpoints.Add(checkpoint = new DetectionCheckpoint { Id = 1, State = [], Version = "" });
        (checkpoint.Next, checkpoint.At) = (next, at);
        if (state is var (bytes, version))
            (checkpoint.State, checkpoint.StateNext, checkpoint.Version) = (bytes, next, version);
    }
}

/// <summary>What was to be written is there already: the stream is read again after a restart.</summary>
public sealed class AlreadyWrittenException : Exception;
