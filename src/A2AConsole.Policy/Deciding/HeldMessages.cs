using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Limits;
using A2AConsole.Trust.Findings;

namespace A2AConsole.Policy.Deciding;

/// <inheritdoc cref="IHeldMessages"/>
public sealed class HeldMessages(
    DecisionService decisions, HeldQueries queries, SpendBook spending, IApprovalDesk approvals, ILedger ledger, ILedgerReader reader, IFindings findings, TimeProvider time) : IHeldMessages
{
    private const int AtOnce = 100;

    /// <inheritdoc/>
    public event Action? Released;

    /// <inheritdoc/>
    public async Task<ReleaseOutcome> ReleaseAsync(long heldId, ApprovalEvidence evidence, CancellationToken cancellationToken = default)
    {
        if (await queries.FindAsync(heldId, cancellationToken) is not { } held)
            return new ReleaseOutcome(false, "not-waiting", "There is no such held message.");
        // A person outranks a machine: who approves has seen what machines said, and for it.
        var outcome = await TryReleaseAsync(held, evidence, verified: true);
        if (!outcome.Released && outcome.Code is { } code && code.StartsWith("approval-", StringComparison.Ordinal))
            await findings.ReportAsync(new FindingReport(FindingKind.ApprovalMisused, held.Agent.SpiffeId, held.AgentNumber, outcome.Reason), cancellationToken);
        return outcome;
    }

    /// <inheritdoc/>
    public async Task<ReleaseOutcome> VerifyAsync(string digest, long byLeaf, string by, CancellationToken cancellationToken = default)
    {
        if (await queries.WaitingAsync(digest, cancellationToken) is not { } held)
            return new ReleaseOutcome(false, "not-waiting", "No message with this digest waits.");
        if (WhyNotByMachine(held, by) is { } not)
            return not;
        held.VerifiedByLeaf = byLeaf;
        return await TryReleaseAsync(held, null, verified: true);
    }

    /// <inheritdoc/>
    public async Task<ReleaseOutcome> ContradictAsync(string digest, long byLeaf, string by, CancellationToken cancellationToken = default)
    {
        if (await queries.WaitingAsync(digest, cancellationToken) is not { } held)
            return new ReleaseOutcome(false, "not-waiting", "No message with this digest waits.");
        if (WhyNotByMachine(held, by) is { } not)
            return not;
        if (await DataOfAsync(held) is not { } data)
            return new ReleaseOutcome(false, "payload-gone", "What the message said is no longer kept, so it cannot be decided.");
        var (judged, _, _) = await decisions.JudgeAgainAsync(held, data, null, verified: false);
        var (now, reason) = (Now(), $"{by} speaks against it (leaf {byLeaf}); a person decides.");
        try
        {
            await ledger.RecordAsync(Leaf(held, LeafVerdict.Refused, "contradicted", reason) with { Actor = by }, (context, _) =>
            {
                var waiting = DecisionChanges.Step(context, held.Id, HeldState.Waiting, LedgerLeaf.Sentence(reason), now, HeldState.Waiting);
                if (!NeedsMachine(waiting))
                    throw new HeldMovedException("It waits for a person already.");
                var asked = waiting.Needs.Split(' ').Contains(EvidenceRule.HumanApproval, StringComparer.Ordinal);
                waiting.Needs = EvidenceRule.HumanApproval;
                if (!asked && decisions.AskFor(waiting, judged) is { } ask)
                    approvals.Open(context, ask with { Decision = judged.Decision with { Reasons = [reason, .. judged.Decision.Reasons] } }, now);
            }, cancellationToken);
        }
        catch (HeldMovedException e)
        {
            return new ReleaseOutcome(false, "not-waiting", e.Message);
        }
        catch (ApprovalUnusableException e)
        {
            return await NobodyToAskAsync(held, e);
        }
        return new ReleaseOutcome(false, "contradicted", "A person decides about it now.");
    }

    private ReleaseOutcome? WhyNotByMachine(HeldMessage held, string by)
        => decisions.WhyNotVerifier(held, by) is var (code, detail) ? new ReleaseOutcome(false, code, detail)
            : !NeedsMachine(held) ? new ReleaseOutcome(false, "verification-not-asked", "It waits for a person, and no machine's word releases it.")
            : null;

    private static bool NeedsMachine(HeldMessage held) => held.Needs.Split(' ').Contains(EvidenceRule.SecondVerification, StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<bool> RejectAsync(long heldId, string by, string reason, CancellationToken cancellationToken = default)
        => await EndAsync(heldId, HeldState.Rejected, by, "held-rejected", reason, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> CancelAsync(long heldId, string by, CancellationToken cancellationToken = default)
        => await EndAsync(heldId, HeldState.Cancelled, by, "held-cancelled", "Its sender took it back.", cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken = default)
    {
        var overdue = await queries.OverdueAsync(time.GetUtcNow(), AtOnce, cancellationToken);
        foreach (var held in overdue)
            await EndAsync(held, HeldState.Expired, "system", "held-expired", "Nobody decided in time; nothing of it was done.", cancellationToken);
        return overdue.Count;
    }

    private async Task<ReleaseOutcome> TryReleaseAsync(HeldMessage held, ApprovalEvidence? evidence, bool verified)
    {
        if (evidence is not null && Misfit(held, evidence) is { } misfit)
            return misfit;
        if (await DataOfAsync(held) is not { } data)
            return new ReleaseOutcome(false, "payload-gone", "What the message said is no longer kept, so it cannot be decided.");
        var (judged, row, commitment) = await decisions.JudgeAgainAsync(held, data, evidence, verified);
        if (evidence is not null && judged.Cost > evidence.Limit)
            return new ReleaseOutcome(false, "approval-limit", "The message commits more than was approved.");
        var now = Now();
        if (now >= held.ExpiresAt)
            return new ReleaseOutcome(false, "held-expired", "The message waited longer than it may.");
        if (judged.Decision.Verdict != PolicyVerdict.Allow)
            return await StillNotAsync(held, judged, row, verified);
        var leaf = Leaf(held, LeafVerdict.Done, "released", row.Reason);
        try
        {
            await ledger.RecordAsync(leaf, (context, index) =>
            {
                // The approval first: used here or nowhere, together with the message's release.
                if (evidence is not null)
                    approvals.Use(context, evidence, now);
                else if (DecisionChanges.Held(context, held.Id) is { } still && !NeedsMachine(still))
                    throw new HeldMovedException("It waits for a person by now.");
                var isTask = held.Route is not null;
                var message = DecisionChanges.Step(context, held.Id, isTask ? HeldState.Released : HeldState.Delivered, isTask ? null : "Released; its receiver may act on it.", now, HeldState.Waiting);
                message.VerifiedByLeaf = held.VerifiedByLeaf;
                DecisionChanges.Decide(context, index, row, commitment: null);
                if (evidence is null)
                    approvals.Withdraw(context, held.Id, "Policy allows it without: it was verified a second time.", now);
            });
        }
        catch (HeldMovedException e)
        {
            return new ReleaseOutcome(false, evidence is null ? "not-waiting" : "approval-used", e.Message);
        }
        catch (ApprovalUnusableException e)
        {
            return new ReleaseOutcome(false, e.Code, e.Message);
        }
        Released?.Invoke();
        return new ReleaseOutcome(true, null, row.Reason);
    }

    private static ReleaseOutcome? Misfit(HeldMessage held, ApprovalEvidence evidence)
        => evidence.Digest != held.Digest ? new ReleaseOutcome(false, "approval-digest", "The approval is for another message: the digests differ.")
            : evidence.Action != held.Action ? new ReleaseOutcome(false, "approval-action", $"The approval is for {evidence.Action}, not for {held.Action}.")
            : null;

    // A second verification may lead on to a person: then the message waits for her.
    private async Task<ReleaseOutcome> StillNotAsync(HeldMessage held, DecisionService.Judged judged, Decision row, bool verified)
    {
        var now = Now();
        var needsPerson = judged.Decision.Verdict == PolicyVerdict.Human && held.Needs.Split(' ').All(n => n != EvidenceRule.HumanApproval);
        try
        {
            await ledger.RecordAsync(Leaf(held, LeafVerdict.Refused, "still-held", row.Reason), (context, index) =>
            {
                DecisionChanges.Decide(context, index, row, commitment: null);
                if (DecisionChanges.Held(context, held.Id) is not { State: HeldState.Waiting } waiting)
                    return;
                if (verified)
                    waiting.VerifiedByLeaf = held.VerifiedByLeaf;
                if (judged.Decision.Verdict is PolicyVerdict.Human or PolicyVerdict.Verify)
                    waiting.Needs = string.Join(' ', judged.Decision.Needs);
                if (needsPerson && decisions.AskFor(waiting, judged) is { } ask)
                    approvals.Open(context, ask, now);
            });
        }
        catch (ApprovalUnusableException e)
        {
            return await NobodyToAskAsync(held, e);
        }
        return new ReleaseOutcome(false, judged.Decision.Fault is null ? "policy-denied" : "policy-fault", row.Reason);
    }

    // It would wait for a person whom nobody asks: its sender is told instead.
    private async Task<ReleaseOutcome> NobodyToAskAsync(HeldMessage held, ApprovalUnusableException why)
    {
        await RejectAsync(held.Id, "system", why.Message);
        return new ReleaseOutcome(false, why.Code, why.Message);
    }

    private async Task<bool> EndAsync(long heldId, HeldState state, string by, string code, string reason, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(heldId, cancellationToken) is not { } held)
            return false;
        var counted = await queries.SpendKeysOfAsync(held, cancellationToken);
        try
        {
            await ledger.RecordAsync(Leaf(held, LeafVerdict.Refused, code, reason) with { Actor = by }, (context, _) =>
            {
                DecisionChanges.Step(context, heldId, state, LedgerLeaf.Sentence(reason), Now(), HeldState.Waiting);
                approvals.Withdraw(context, heldId, LedgerLeaf.Sentence(reason), Now());
            }, cancellationToken);
        }
        catch (HeldMovedException)
        {
            return false;
        }
        foreach (var key in counted)
            await spending.ReleaseAsync(key, held.MessageId, cancellationToken);
        return true;
    }

    private async Task<SignedData?> DataOfAsync(HeldMessage held)
        => await reader.EventAsync(held.Id) is { } stored ? SignedData.Read(stored.Bytes, isBatched: !stored.BatchEnvelope.IsEmpty) : null;

    private LedgerLeaf Leaf(HeldMessage held, LeafVerdict verdict, string code, string reason) => new()
    {
        Kind = LeafKind.Decision, Verdict = verdict, Code = code, At = Now(), Actor = "system", Subject = held.Agent.SpiffeId, MessageId = held.MessageId, Type = held.Type, Audience = held.Receiver,
        Digest = held.Digest, Detail = LedgerLeaf.Sentence(reason), Demo = held.Demo,
    };

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
