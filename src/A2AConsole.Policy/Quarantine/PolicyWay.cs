using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Deciding;
using A2AConsole.Policy.Limits;

namespace A2AConsole.Policy.Quarantine;

/// <summary>
/// Asks policy again about a message that it refused. What it allows may be acted on from then; what needs a person or a machine is held for it, as if it
/// had just come; what it refuses stays. Decision, commitment and the work's step are one transaction.
/// </summary>
public sealed class PolicyWay(DecisionService decisions, HeldQueries held, SpendBook spending, IApprovalDesk approvals, ILedger ledger, ILedgerReader reader, TimeProvider time) : IReleaseWay
{
    /// <inheritdoc/>
    public ReleaseWay Way => ReleaseWay.Policy;

    /// <inheritdoc/>
    public async Task<WayOutcome> ReleaseAsync(ReleaseAttempt attempt, CancellationToken cancellationToken)
    {
        var id = attempt.Item.Row.Id;
        if (await held.DecisionAsync(id, cancellationToken) is not { } refused)
            return new WayOutcome(null, "quarantine-unknown", "The decision that refused it is not on record.");
        // Decided again since, whatever came of it: a second allow would commit it twice. A release that policy refuses leaves no decision.
        if (await held.DecisionOfAsync(refused.MessageLeaf, cancellationToken) is { } since && since.Id != id)
            return new WayOutcome(null, "quarantine-decided", $"It was decided again at leaf {since.Id} already: {since.Reason}");
        if (await reader.EventAsync(refused.MessageLeaf, cancellationToken) is not { } stored || SignedData.Read(stored.Bytes, isBatched: !stored.BatchEnvelope.IsEmpty) is not { } data)
            return new WayOutcome(null, "quarantine-gone", "What it said is no longer kept, so it cannot be decided again.");
        var message = new HeldMessage
        {
            Id = refused.MessageLeaf, MessageId = refused.MessageId, Digest = refused.Digest, AgentNumber = refused.AgentNumber, Agent = refused.Agent, Receiver = refused.Receiver, Type = refused.Type,
            Action = refused.Action, State = HeldState.Waiting, Needs = "", HeldAt = refused.At, ExpiresAt = Now() + decisions.HoldOf(refused.Type), Demo = refused.Demo, Body = [],
        };
        var (judged, row, commitment) = await decisions.JudgeAgainAsync(message, data, null, verified: false);
        try
        {
            return judged.Decision.Verdict switch
            {
                PolicyVerdict.Allow => await AllowAsync(attempt, row, commitment),
                PolicyVerdict.Human or PolicyVerdict.Verify => await HoldAsync(attempt, message, judged, row, commitment),
                _ => await DenyAsync(judged, message, row.Reason, judged.Decision.Fault is null ? "policy-denied" : "policy-fault"),
            };
        }
        catch (QuarantineRefusedException e)
        {
            return await DenyAsync(judged, message, e.Message, e.Code);
        }
    }

    private async Task<WayOutcome> AllowAsync(ReleaseAttempt attempt, Decision row, Commitment? commitment)
    {
        var leaf = LeafOf(attempt, row.Reason);
        var receipt = await ledger.RecordAsync(leaf, (context, index) =>
        {
            Step(context, attempt, row.Reason, leaf.At, index);
            DecisionChanges.Decide(context, index, row, commitment);
        });
        return new WayOutcome(receipt.LeafIndex, null, row.Reason) { IsRecorded = true };
    }

    private async Task<WayOutcome> HoldAsync(ReleaseAttempt attempt, HeldMessage message, DecisionService.Judged judged, Decision row, Commitment? commitment)
    {
        message.Needs = string.Join(' ', judged.Decision.Needs);
        message.HeldAt = Now();
        message.Body = attempt.Item.Bytes ?? [];
        var ask = judged.Decision.Verdict == PolicyVerdict.Human ? decisions.AskFor(message, judged) : null;
        if (judged.Decision.Verdict == PolicyVerdict.Human && ask is null)
            return await DenyAsync(judged, message, "Policy asks for a person, but nobody can be asked about it any more.", "policy-denied");
        if (ask is not null && await approvals.WhyNotAsync(ask, CancellationToken.None) is { } unasked)
            return await DenyAsync(judged, message, unasked.Detail, unasked.Code);
        var leaf = LeafOf(attempt, row.Reason);
        try
        {
            var receipt = await ledger.RecordAsync(leaf, (context, index) =>
            {
                Step(context, attempt, row.Reason, leaf.At, index);
                DecisionChanges.Decide(context, index, row, commitment);
                message.DecisionId = index;
                // The writer's context has its own row of the agent.
                message.Agent = null!;
                DecisionChanges.Hold(context, message);
                if (ask is not null)
                    approvals.Open(context, ask, message.HeldAt);
            });
            return new WayOutcome(receipt.LeafIndex, null, "It is held, as if it had just come. " + row.Reason) { IsRecorded = true };
        }
        catch (ApprovalUnusableException e)
        {
            return await DenyAsync(judged, message, e.Message, e.Code);
        }
    }

    // What was reserved for it is given back; the caller records that it stays.
    private async Task<WayOutcome> DenyAsync(DecisionService.Judged judged, HeldMessage message, string reason, string code)
    {
        if (judged.Key is { } key)
            await spending.ReleaseAsync(key, message.MessageId);
        return new WayOutcome(null, code, reason);
    }

    private LedgerLeaf LeafOf(ReleaseAttempt attempt, string outcome)
        => QuarantineService.LeafOf(attempt.Item.Row, QuarantineMove.Released, attempt.Actor, Now(), $"{attempt.Note} {outcome}") with { Kind = LeafKind.Decision };

    private static void Step(Data.ConsoleDbContext context, ReleaseAttempt attempt, string outcome, DateTimeOffset at, long index)
    {
        QuarantineChanges.Step(context, attempt.Item.Row.Id, attempt.Facts, attempt.Actor,
            QuarantineService.StepOf(QuarantineMove.Released, attempt.Actor, null, attempt.Note, outcome, at, index));
        QuarantineChanges.Released(context, attempt.Item.Row.Id, index);
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
