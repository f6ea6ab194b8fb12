using System.Globalization;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Detection.Alerts;

/// <inheritdoc cref="IAlertDesk"/>
public sealed class AlertDesk(ILedger ledger, TriageFactsQueries facts, TimeProvider time) : IAlertDesk
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<TriageResult>> OpenAsync(IReadOnlyCollection<long> alerts, TriageActor actor, CancellationToken cancellationToken = default)
        => StepAsync(alerts, TriageMove.Opened, null, null, actor, "Open.", cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TriageResult>> AssignAsync(IReadOnlyCollection<long> alerts, string? to, string? note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckOptionalNote(note));
        return StepAsync(alerts, to is null ? TriageMove.Unassigned : TriageMove.Assigned, to, note, actor, to is null ? "Given back to all." : $"Assigned to {to}.", cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TriageResult>> NoteAsync(IReadOnlyCollection<long> alerts, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(note));
        return StepAsync(alerts, TriageMove.Noted, null, note, actor, "Noted.", cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TriageResult>> CloseAsync(IReadOnlyCollection<long> alerts, AlertVerdict verdict, string reason, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(reason));
        return EachAsync(alerts, TriageMove.Closed, verdict.ToString(), reason, actor, (context, alert, step) =>
        {
            var (moved, shift) = AlertChanges.Close(context, alert, verdict, step);
            return $"Closed as {Words(verdict)}. {VerdictShift.Sentence(moved, shift)}";
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TriageResult>> ReopenAsync(IReadOnlyCollection<long> alerts, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(note));
        return EachAsync(alerts, TriageMove.Reopened, null, note, actor, (context, alert, step) =>
        {
            var (moved, shift) = AlertChanges.Reopen(context, alert, step);
            return $"Open again. {VerdictShift.Sentence(moved, shift)}";
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<TriageResult> ContainedAsync(long alert, string what, bool undone, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(what));
        return (await StepAsync([alert], undone ? TriageMove.ContainmentUndone : TriageMove.Contained, null, what, actor, undone ? "Let go again." : "Written down.", cancellationToken))[0];
    }

    /// <inheritdoc/>
    public async Task<int> SuppressAsync(SuppressionRequest request, TriageActor actor, CancellationToken cancellationToken = default)
    {
        var now = Now();
        Refuse(TriageRules.Check(request, now));
        AlertSuppression? row = null;
        await ledger.RecordAsync(new LedgerLeaf
        {
            Kind = LeafKind.Alert, Verdict = LeafVerdict.Done, Code = TriageCodes.Suppressed, At = now, Actor = "user:" + actor.UserName, Subject = request.AgentId,
            Expires = request.Until, Detail = LedgerLeaf.Sentence($"{Scope(request)} {(request.IsMaintenance ? "under maintenance" : "held back")} from {request.From.UtcDateTime:u} to {request.Until.UtcDateTime:u}: {request.Reason.Trim()}"),
        }, (context, leaf) => row = AlertChanges.Suppress(context, request, actor.UserName, leaf), cancellationToken);
        return row!.Id;
    }

    /// <inheritdoc/>
    public Task EndSuppressionAsync(int id, TriageActor actor, CancellationToken cancellationToken = default)
    {
        var now = Now();
        return ledger.RecordAsync(new LedgerLeaf
        {
            Kind = LeafKind.Alert, Verdict = LeafVerdict.Done, Code = TriageCodes.SuppressionEnded, At = now, Actor = "user:" + actor.UserName,
            Detail = string.Create(CultureInfo.InvariantCulture, $"Suppression {id} ended before its time."),
        }, (context, _) => AlertChanges.EndSuppression(context, id, actor.UserName, now), cancellationToken);
    }

    private Task<IReadOnlyList<TriageResult>> StepAsync(
        IReadOnlyCollection<long> alerts, TriageMove move, string? to, string? note, TriageActor actor, string outcome, CancellationToken cancellationToken)
        => EachAsync(alerts, move, to, note, actor, (context, alert, step) =>
        {
            AlertChanges.Step(context, alert, step);
            return outcome;
        }, cancellationToken);

    private async Task<IReadOnlyList<TriageResult>> EachAsync(
        IReadOnlyCollection<long> alerts, TriageMove move, string? to, string? note, TriageActor actor, Func<ConsoleDbContext, long, AlertStep, string> change, CancellationToken cancellationToken)
    {
        var ids = alerts.Distinct().Order().ToList();
        Refuse(TriageRules.CheckCount(ids.Count));
        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim();
        var known = await facts.AlertsAsync(ids, cancellationToken);
        // All are queued before the first is answered: they are committed together.
        return await Task.WhenAll(ids.Select(async id =>
        {
            if (!known.TryGetValue(id, out var alert))
                return new TriageResult(id, false, "alert-unknown", "There is no such alert.");
            var outcome = "";
            var leaf = LeafOf(alert, move, actor, Now(), string.Join(' ', new[] { to is null ? null : $"{to}.", note }.OfType<string>()));
            try
            {
                await ledger.RecordAsync(leaf, (context, index) => outcome = change(context, id, new AlertStep { Move = move, By = actor.UserName, To = to, Note = note, At = leaf.At, Leaf = index }), cancellationToken);
                return new TriageResult(id, true, null, outcome);
            }
            catch (TriageRefusedException e)
            {
                return new TriageResult(id, false, e.Code, e.Message);
            }
        }));
    }

    internal static LedgerLeaf LeafOf(AlertNames alert, TriageMove move, TriageActor actor, DateTimeOffset at, string detail) => new()
    {
        Kind = LeafKind.Alert, Verdict = LeafVerdict.Done, Code = TriageCodes.OfAlert(move), At = at, Actor = "user:" + actor.UserName, Subject = alert.AgentId is { Length: > 0 } agent ? agent : null, Demo = alert.Demo,
        Detail = LedgerLeaf.Sentence(string.Create(CultureInfo.InvariantCulture, $"Alert {alert.Id} ({alert.Kind}){(detail.Length > 0 ? ": " : "")}{detail}")),
    };

    private static string Words(AlertVerdict verdict) => verdict switch
    {
        AlertVerdict.TruePositive => "a true positive",
        AlertVerdict.Benign => "benign",
        AlertVerdict.Duplicate => "a duplicate",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };

    private static string Scope(SuppressionRequest request)
        => new[] { request.Kind?.ToString(), request.AgentId, request.Role is null ? null : "role " + request.Role, request.Cause }.OfType<string>().ToList() is { Count: > 0 } parts ? string.Join(", ", parts) : "Everything";

    private static void Refuse(TriageFault? fault)
    {
        if (fault is not null)
            throw new TriageRefusedException(fault.Code, fault.Detail);
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
