using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Domain;

namespace A2AConsole.Trust.Rekeying;

/// <inheritdoc cref="IRekeying"/>
public sealed class RekeyingService(IAuthorityKeys keys, ILedger ledger, RekeyQueries queries, ITrustDomain domain, TimeProvider time) : IRekeying
{
    private const int MaxPerSecond = 1000;
    private const int MaxReason = 300;

    /// <inheritdoc/>
    public async Task<int> StartAsync(RekeyOrder order, string actor, CancellationToken cancellationToken = default)
    {
        if (order.PerSecond is < 1 or > MaxPerSecond)
            throw new RekeyConflictException("rekey-rate", $"An agent or more and at most {MaxPerSecond} are called in a second.");
        if (string.IsNullOrWhiteSpace(order.Reason))
            throw new RekeyConflictException("rekey-reason", "Say why the key is given up.");
        var status = await keys.StatusAsync(cancellationToken);
        var old = status.Authorities.FirstOrDefault(a => a.Member.Purpose == order.Purpose && a.State == AnchorState.Active)
            ?? throw new RekeyConflictException("rekey-purpose", "Either a root or an issuing CA is given up.");
        var now = time.GetUtcNow();
        var run = new RekeyRun
        {
            Reason = Cut(order.Reason), StartedAt = now, StartedBy = actor, PerSecond = order.PerSecond, OldAuthority = old.Fingerprint, Step = RekeyStep.Prepared,
        };
        await RecordAsync(actor, $"Emergency re-keying begun: {old.Member.Name} is given up, at most {order.PerSecond} agents a second. {run.Reason}", (context, _) => RekeyChanges.Start(context, run), cancellationToken);
        return run.Id;
    }

    /// <inheritdoc/>
    public Task PauseAsync(int runId, string actor, CancellationToken cancellationToken = default)
        => ChangeAsync(runId, actor, "paused", run => run.PausedAt ??= time.GetUtcNow(), cancellationToken);

    /// <inheritdoc/>
    public Task ResumeAsync(int runId, string actor, int? perSecond = null, CancellationToken cancellationToken = default)
        => perSecond is < 1 or > MaxPerSecond
            ? throw new RekeyConflictException("rekey-rate", $"An agent or more and at most {MaxPerSecond} are called in a second.")
            : ChangeAsync(runId, actor, "resumed", run => (run.PausedAt, run.PerSecond) = (null, perSecond ?? run.PerSecond), cancellationToken);

    /// <inheritdoc/>
    public Task CallStuckAgainAsync(int runId, string actor, CancellationToken cancellationToken = default)
        => RecordAsync(actor, $"Re-keying run {runId}: the stuck agents are called again.", (context, _) =>
        {
            RekeyChanges.Change(context, runId, _ => { });
            RekeyChanges.CallAgain(context, runId);
        }, cancellationToken);

    /// <inheritdoc/>
    public async Task FinishAsync(int runId, string actor, string reason, CancellationToken cancellationToken = default)
    {
        if (await queries.ProgressAsync(runId, cancellationToken) is not { Run: { FinishedAt: null } run } progress)
            throw new RekeyConflictException("rekey-not-open", $"There is no open re-keying run {runId}.");
        if (run.Step != RekeyStep.ReEnrolling || progress.Waiting + progress.Called > 0)
            throw new RekeyConflictException("rekey-under-way", "Agents are still being called: let that end, or cancel the run.");
        await RevokeOldAsync(run, actor, reason, force: true, cancellationToken);
    }

    /// <inheritdoc/>
    public Task CancelAsync(int runId, string actor, string reason, CancellationToken cancellationToken = default)
        => ChangeAsync(runId, actor, $"cancelled: {Cut(reason)}", run => (run.Step, run.FinishedAt) = (RekeyStep.Cancelled, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public Task<RekeyProgress?> ProgressAsync(int runId, CancellationToken cancellationToken = default) => queries.ProgressAsync(runId, cancellationToken);

    /// <summary>Revokes the old authority and closes the run.</summary>
    internal async Task RevokeOldAsync(RekeyRun run, string actor, string reason, bool force, CancellationToken cancellationToken)
    {
        var old = (await keys.StatusAsync(cancellationToken)).Authorities.Single(a => a.Fingerprint == run.OldAuthority);
        if (old.State == AnchorState.Tainted)
            await keys.RevokeAsync(old.Member.Name, actor, $"Re-keying run {run.Id}. {reason}".TrimEnd(), force, cancellationToken);
        await ChangeAsync(run.Id, actor, "finished: the old authority is revoked", r => (r.Step, r.FinishedAt) = (RekeyStep.Finished, time.GetUtcNow()), cancellationToken);
    }

    /// <summary>Writes a leaf and a change of the run.</summary>
    internal Task<LedgerReceipt> RecordAsync(string actor, string detail, Action<ConsoleDbContext, long> change, CancellationToken cancellationToken)
        => ledger.RecordAsync(new LedgerLeaf
        {
            Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = time.GetUtcNow(), Actor = actor, Subject = $"spiffe://{domain.Name}", Detail = detail,
        }, change, cancellationToken);

    internal Task ChangeAsync(int runId, string actor, string what, Action<RekeyRun> change, CancellationToken cancellationToken)
        => RecordAsync(actor, $"Re-keying run {runId} {what}.", (context, _) => RekeyChanges.Change(context, runId, change), cancellationToken);

    private static string Cut(string reason) => reason.Length <= MaxReason ? reason : reason[..MaxReason];
}
