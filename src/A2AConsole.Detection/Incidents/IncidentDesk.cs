using System.Globalization;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Detection.Incidents;

/// <inheritdoc cref="IIncidentDesk"/>
public sealed class IncidentDesk(ILedger ledger, TriageFactsQueries facts, TimeProvider time) : IIncidentDesk
{
    /// <inheritdoc/>
    public async Task<long> CreateAsync(string title, IReadOnlyCollection<long> alerts, string? note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckTitle(title) ?? TriageRules.CheckOptionalNote(note));
        var ids = Checked(alerts);
        var demo = (await facts.AlertsAsync(ids, cancellationToken)).Values.Select(a => a.Demo).FirstOrDefault(d => d is not null);
        var receipt = await RecordAsync(null, demo, TriageMove.Created, actor, null, Trim(note), $"\"{title.Trim()}\", of {Alerts(ids)}",
            (context, leaf, step) => IncidentChanges.Create(context, leaf, title.Trim(), ids, step), cancellationToken);
        return receipt.LeafIndex;
    }

    /// <inheritdoc/>
    public Task AddAsync(long incident, IReadOnlyCollection<long> alerts, string? note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckOptionalNote(note));
        var ids = Checked(alerts);
        return StepAsync(incident, TriageMove.Joined, actor, List(ids), note, Alerts(ids), (context, _, step) => IncidentChanges.Add(context, incident, ids, step), cancellationToken);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(long incident, IReadOnlyCollection<long> alerts, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(note));
        var ids = Checked(alerts);
        return StepAsync(incident, TriageMove.Left, actor, List(ids), note, Alerts(ids), (context, _, step) => IncidentChanges.Remove(context, incident, ids, step), cancellationToken);
    }

    /// <inheritdoc/>
    public Task MergeAsync(long incident, long into, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(note));
        return StepAsync(incident, TriageMove.Merged, actor, Number(into), note, "into " + Number(into),
            (context, _, step) => IncidentChanges.Merge(context, incident, into, step, Copy(step, Number(incident))), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> SplitAsync(long incident, IReadOnlyCollection<long> alerts, string title, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckTitle(title) ?? TriageRules.CheckNote(note));
        var ids = Checked(alerts);
        var receipt = await StepAsync(incident, TriageMove.Split, actor, null, note, $"\"{title.Trim()}\", of {Alerts(ids)}", (context, leaf, step) =>
        {
            step.To = Number(leaf);
            IncidentChanges.Split(context, leaf, incident, ids, title.Trim(), step, Copy(step, Number(incident)));
        }, cancellationToken);
        return receipt.LeafIndex;
    }

    /// <inheritdoc/>
    public Task NoteAsync(long incident, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(note));
        return PlainAsync(incident, TriageMove.Noted, null, note, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task AssignAsync(long incident, string? to, TriageActor actor, CancellationToken cancellationToken = default)
        => PlainAsync(incident, to is null ? TriageMove.Unassigned : TriageMove.Assigned, to, null, actor, cancellationToken);

    /// <inheritdoc/>
    public Task SetSeverityAsync(long incident, AlertSeverity severity, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(note));
        return StepAsync(incident, TriageMove.Severity, actor, severity.ToString(), note, severity.ToString(), (context, _, step) => IncidentChanges.Step(context, incident, step, severity), cancellationToken);
    }

    /// <inheritdoc/>
    public Task SetContainedAsync(long incident, bool contained, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(note));
        return PlainAsync(incident, contained ? TriageMove.Contained : TriageMove.ContainmentUndone, null, note, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> AddTaskAsync(long incident, string text, string? assignee, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckTask(text));
        IncidentTask? task = null;
        await StepAsync(incident, TriageMove.TaskAdded, actor, assignee, text, null, (context, _, step) => task = IncidentChanges.AddTask(context, incident, text.Trim(), assignee, step), cancellationToken);
        return task!.Id;
    }

    /// <inheritdoc/>
    public Task SetTaskAsync(long incident, int task, bool done, TriageActor actor, CancellationToken cancellationToken = default)
        => StepAsync(incident, done ? TriageMove.TaskDone : TriageMove.TaskReopened, actor, Number(task), null, "task " + Number(task),
            (context, _, step) => IncidentChanges.SetTask(context, incident, task, done, step), cancellationToken);

    /// <inheritdoc/>
    public Task CloseAsync(long incident, string lesson, string? policyChange, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckClosing(lesson, policyChange));
        return StepAsync(incident, TriageMove.Closed, actor, null, lesson, null, (context, _, step) => IncidentChanges.Close(context, incident, lesson.Trim(), Trim(policyChange), step), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReopenAsync(long incident, string note, TriageActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(TriageRules.CheckNote(note));
        return StepAsync(incident, TriageMove.Reopened, actor, null, note, null, (context, _, step) => IncidentChanges.Reopen(context, incident, step), cancellationToken);
    }

    private Task<LedgerReceipt> PlainAsync(long incident, TriageMove move, string? to, string? note, TriageActor actor, CancellationToken cancellationToken)
        => StepAsync(incident, move, actor, to, note, to, (context, _, step) => IncidentChanges.Step(context, incident, step), cancellationToken);

    private async Task<LedgerReceipt> StepAsync(
        long incident, TriageMove move, TriageActor actor, string? to, string? note, string? what, Action<ConsoleDbContext, long, IncidentStep> change, CancellationToken cancellationToken)
    {
        var names = await facts.IncidentAsync(incident, cancellationToken) ?? throw new TriageRefusedException("incident-unknown", "There is no such incident.");
        return await RecordAsync(incident, names.Demo, move, actor, to, Trim(note), what, change, cancellationToken);
    }

    private Task<LedgerReceipt> RecordAsync(
        long? incident, string? demo, TriageMove move, TriageActor actor, string? to, string? note, string? what, Action<ConsoleDbContext, long, IncidentStep> change, CancellationToken cancellationToken)
    {
        var detail = string.Join(": ", new[] { what, note }.OfType<string>());
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Incident, Verdict = LeafVerdict.Done, Code = TriageCodes.OfIncident(move), At = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
            Actor = "user:" + actor.UserName, Demo = demo, Detail = LedgerLeaf.Sentence(incident is { } id ? $"Incident {Number(id)}{(detail.Length > 0 ? ": " : "")}{detail}" : detail),
        };
        return ledger.RecordAsync(leaf, (context, index) => change(context, index, new IncidentStep { Move = move, By = actor.UserName, To = to, Note = note, At = leaf.At, Leaf = index }), cancellationToken);
    }

    private static IncidentStep Copy(IncidentStep step, string to) => new() { Move = step.Move == TriageMove.Split ? TriageMove.Created : step.Move, By = step.By, To = to, Note = step.Note, At = step.At, Leaf = step.Leaf };

    private static List<long> Checked(IReadOnlyCollection<long> alerts)
    {
        var ids = alerts.Distinct().Order().ToList();
        Refuse(TriageRules.CheckCount(ids.Count));
        return ids;
    }

    // As many as a step has room for.
    private static string List(List<long> ids) => string.Join(',', ids.Take(12).Select(Number));

    private static string Alerts(List<long> ids) => ids.Count == 1 ? "alert " + Number(ids[0]) : $"{ids.Count} alerts";

    private static string? Trim(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string Number(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static void Refuse(TriageFault? fault)
    {
        if (fault is not null)
            throw new TriageRefusedException(fault.Code, fault.Detail);
    }
}
