using A2AConsole.Core.Ledger;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Policy.Quarantine;

/// <inheritdoc cref="IQuarantine"/>
public sealed class QuarantineService(ILedger ledger, ILedgerReader reader, QuarantineQueries queries, IEnumerable<IReleaseWay> ways, TimeProvider time) : IQuarantine, IDisposable
{
    // One release of an item at a time: what two would let through together, each check would pass alone.
    private readonly SemaphoreSlim _releasing = new(1, 1);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QuarantineResult>> NoteAsync(IReadOnlyCollection<long> items, string note, QuarantineActor actor, CancellationToken cancellationToken = default)
        => EachAsync(items, note, actor, QuarantineMove.Noted, null, "Noted.", cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QuarantineResult>> AssignAsync(IReadOnlyCollection<long> items, string? to, string note, QuarantineActor actor, CancellationToken cancellationToken = default)
        => EachAsync(items, note, actor, to is null ? QuarantineMove.Unassigned : QuarantineMove.Assigned, to, to is null ? "Given back to all." : $"Assigned to {to}.", cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QuarantineResult>> EscalateAsync(IReadOnlyCollection<long> items, string note, QuarantineActor actor, CancellationToken cancellationToken = default)
        => EachAsync(items, note, actor, QuarantineMove.Escalated, null, "Escalated: a manager or administrator decides.", cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QuarantineResult>> RejectAsync(IReadOnlyCollection<long> items, string note, QuarantineActor actor, CancellationToken cancellationToken = default)
        => EachAsync(items, note, actor, QuarantineMove.Rejected, null, "Rejected: nothing of it took effect.", cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QuarantineResult>> ReleaseAsync(IReadOnlyCollection<long> items, string note, QuarantineActor actor, CancellationToken cancellationToken = default)
    {
        CheckRequest(items, note);
        var results = new List<QuarantineResult>();
        foreach (var id in items.Distinct().Order())
        {
            await _releasing.WaitAsync(cancellationToken);
            try
            {
                results.Add(await ReleaseAsync(id, note.Trim(), actor, cancellationToken));
            }
            finally
            {
                _releasing.Release();
            }
        }
        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _releasing.Dispose();

    private async Task<QuarantineResult> ReleaseAsync(long id, string note, QuarantineActor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (item, leaf))
            return Unknown(id);
        var facts = FactsOf(item, leaf);
        if (QuarantineRules.Check(QuarantineMove.Released, facts, actor, time.GetUtcNow()) is { } fault)
            return new(id, false, fault.Code, fault.Detail);
        var kind = ReleaseRule.Of(item.Row.Code).Way;
        if (ways.FirstOrDefault(w => w.Way == kind) is not { } way)
            return new(id, false, "quarantine-elsewhere", kind == ReleaseWay.Checks ? "This host takes no events: release it on one that does." : "No policy decides on this host: release it on one where it does.");
        var outcome = await way.ReleaseAsync(new ReleaseAttempt(item, leaf, facts, actor, note), cancellationToken);
        if (!outcome.IsRecorded)
            await RecordAsync(item, facts, actor, outcome.Leaf is null ? QuarantineMove.ReleaseRefused : QuarantineMove.Released, null, note, outcome.Detail, outcome.Code, outcome.Leaf, CancellationToken.None);
        return new(id, outcome.Leaf is not null, outcome.Code, outcome.Detail);
    }

    private async Task<IReadOnlyList<QuarantineResult>> EachAsync(
        IReadOnlyCollection<long> items, string note, QuarantineActor actor, QuarantineMove move, string? to, string outcome, CancellationToken cancellationToken)
    {
        CheckRequest(items, note);
        var results = new List<QuarantineResult>();
        foreach (var id in items.Distinct().Order())
        {
            if (await FindAsync(id, cancellationToken) is not var (item, leaf))
            {
                results.Add(Unknown(id));
                continue;
            }
            try
            {
                await RecordAsync(item, FactsOf(item, leaf), actor, move, to, note.Trim(), null, null, null, cancellationToken);
                results.Add(new(id, true, null, outcome));
            }
            catch (QuarantineRefusedException e)
            {
                results.Add(new(id, false, e.Code, e.Message));
            }
        }
        return results;
    }

    private Task<LedgerReceipt> RecordAsync(
        QuarantineDetail item, QuarantineCaseFacts facts, QuarantineActor actor, QuarantineMove move, string? to, string note, string? outcome, string? code, long? released, CancellationToken cancellationToken)
    {
        var leaf = LeafOf(item.Row, move, actor, Now(), string.Join(' ', new[] { to is null ? null : $"To {to}.", note, outcome }.OfType<string>()), code);
        return ledger.RecordAsync(leaf, (context, index) =>
        {
            QuarantineChanges.Step(context, item.Row.Id, facts, actor, StepOf(move, actor, to, note, outcome, leaf.At, index), happened: move is QuarantineMove.ReleaseRefused or QuarantineMove.Released);
            if (released is { } at)
                QuarantineChanges.Released(context, item.Row.Id, at);
        }, cancellationToken);
    }

    private async Task<(QuarantineDetail Item, LedgerLeaf Leaf)?> FindAsync(long id, CancellationToken cancellationToken)
        => await queries.FindAsync(id, cancellationToken) is { } item && await reader.LeafAsync(id, cancellationToken) is { } bytes ? (item, LeafReader.Parse(bytes)) : null;

    private static QuarantineResult Unknown(long id) => new(id, false, "quarantine-unknown", "There is no such item.");

    private static void CheckRequest(IReadOnlyCollection<long> items, string note)
    {
        if ((QuarantineRules.CheckCount(items.Count) ?? QuarantineRules.CheckNote(note)) is { } fault)
            throw new QuarantineRefusedException(fault);
    }

    /// <summary>The item as the rules see it; without its leaf, what that would say is left open.</summary>
    public static QuarantineCaseFacts FactsOf(QuarantineDetail item, LedgerLeaf? leaf)
        => new(item.Row.Code, item.Row.State, item.Owner, item.Bytes is { Length: > 0 } || item.MessageLeaf is not null, leaf?.Batch is not null, item.IsTask, leaf?.Expires);

    internal static QuarantineStep StepOf(QuarantineMove move, QuarantineActor actor, string? to, string note, string? outcome, DateTimeOffset at, long leaf)
        => new() { Move = move, By = actor.UserName, To = to, Note = note, Outcome = outcome is null ? null : LedgerLeaf.Sentence(outcome), At = at, Leaf = leaf };

    internal static LedgerLeaf LeafOf(QuarantineRow row, QuarantineMove move, QuarantineActor actor, DateTimeOffset at, string detail, string? code = null) => new()
    {
        Kind = LeafKind.Administration, Verdict = move == QuarantineMove.ReleaseRefused ? LeafVerdict.Refused : LeafVerdict.Done, Code = CodeOf(move), At = at, Actor = "user:" + actor.UserName,
        Subject = row.Agent ?? row.RemoteAddress, MessageId = row.MessageId, Type = row.Type, Digest = row.Digest, Demo = row.Demo,
        Detail = LedgerLeaf.Sentence($"Item {row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)} ({row.Code}){(code is null ? "" : $", {code}")}: {detail}"),
    };

    private static string CodeOf(QuarantineMove move) => move switch
    {
        QuarantineMove.Noted => "quarantine-noted",
        QuarantineMove.Assigned => "quarantine-assigned",
        QuarantineMove.Unassigned => "quarantine-unassigned",
        QuarantineMove.Escalated => "quarantine-escalated",
        QuarantineMove.ReleaseRefused => "quarantine-release-refused",
        QuarantineMove.Released => "quarantine-released",
        QuarantineMove.Rejected => "quarantine-rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(move), move, null),
    };

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
