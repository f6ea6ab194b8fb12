using A2AConsole.Core.Approvals;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Deciding;
using A2AConsole.Trust;

namespace A2AConsole.Policy.Approvals;

/// <inheritdoc cref="IApprovalService"/>
public sealed class ApprovalService(ApprovalQueries queries, IHeldMessages held, IActivePolicy policy, ITrustDomain domain, ILedger ledger, PolicyOptions options, TimeProvider time) : IApprovalService, IDisposable
{
    private static readonly TimeSpan LongestDelegation = TimeSpan.FromDays(90);

    // A record is made, shown, and signed; longer than this nobody looks at one dialog.
    private static readonly TimeSpan RecordLife = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _releasing = new(1, 1);

    /// <inheritdoc/>
    public void Dispose() => _releasing.Dispose();

    /// <inheritdoc/>
    public async Task<DecisionRecord> PrepareAsync(int approval, ApprovalSay say, ApprovalActor actor, CancellationToken cancellationToken = default)
    {
        var (found, _) = await queries.FindAsync(approval, cancellationToken) ?? throw Unknown();
        var request = ApprovalChanges.CaseOf(found);
        Refuse(ApprovalRules.WhyNot(request, actor, time.GetUtcNow()));
        Refuse(ApprovalRules.CheckReason(say.Reason));
        if (say.InBulk)
            Refuse(ApprovalRules.WhyNotInBulk(found.Tier));
        if (say.Choice == ApprovalChoice.ApproveLimited)
            Refuse(say.Limit is null ? new("approval-limit", "Say up to which amount.") : ApprovalRules.CheckLimit(request, say.Limit));
        return RecordOf(found, say with { Reason = say.Reason.Trim() }, actor, ApprovalRules.OnBehalfOf(request, actor), Now());
    }

    /// <inheritdoc/>
    public async Task<ApprovalOutcome> DecideAsync(DecisionRecord record, PasskeyAssertion? assertion, ApprovalActor actor, CancellationToken cancellationToken = default)
    {
        var (found, _) = await queries.FindAsync(record.Approval, cancellationToken) ?? throw Unknown();
        var choice = ChoiceOf(record.Choice) ?? throw new ApprovalRefusedException(new("approval-choice", "There is no such choice."));
        var now = Now();
        // What is signed is what is asked, word for word: a record that was made elsewhere, earlier, or for something else is none.
        var limit = choice == ApprovalChoice.ApproveLimited ? (long?)record.Limit : null;
        var expected = RecordOf(found, new ApprovalSay(choice, record.Reason, limit), actor, ApprovalRules.OnBehalfOf(ApprovalChanges.CaseOf(found), actor), record.At);
        if (expected != record || record.At > now + RecordLife || record.At < now - RecordLife)
            throw new ApprovalRefusedException(new("approval-record", "The decision is not about the request as it is now; open it again."));
        Refuse(ApprovalRules.CheckReason(record.Reason));
        if (limit is not null)
            Refuse(ApprovalRules.CheckLimit(ApprovalChanges.CaseOf(found), limit));
        var bytes = record.Write();
        if (choice is ApprovalChoice.Approve or ApprovalChoice.ApproveLimited || assertion is not null)
            Refuse(assertion is null ? new("assertion-missing", "Approving takes a passkey's signature.") : assertion.Check(bytes));
        var vote = new ApprovalVote
        {
            ApprovalId = found.Id, Approver = actor.UserName, OnBehalfOf = record.OnBehalfOf, Choice = choice, Reason = record.Reason, Limit = limit, At = now, Record = bytes, Assertion = assertion?.Write(),
        };
        var state = ApprovalState.Pending;
        var behalf = record.OnBehalfOf is null ? "" : $" for {record.OnBehalfOf}";
        var leaf = Leaf(found, "user:" + actor.UserName, "approval-" + record.Choice, choice == ApprovalChoice.Refuse ? LeafVerdict.Refused : LeafVerdict.Done,
            $"{Words(choice)}{behalf}: {found.Asked}. {record.Reason}") with { Digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)) };
        var receipt = await ledger.RecordAsync(leaf, (context, index) => state = ApprovalChanges.Vote(context, index, found.Id, vote, actor, now), cancellationToken);
        var release = state switch
        {
            ApprovalState.Approved => await ReleaseAsync(found.Id),
            ApprovalState.Refused => await RejectAsync(found, actor.UserName, record.Reason),
            _ => null,
        };
        return new ApprovalOutcome(release is { Released: true } ? ApprovalState.Used : state, release, receipt.LeafIndex);
    }

    /// <inheritdoc/>
    public async Task DelegateAsync(string from, string to, DateTimeOffset notBefore, DateTimeOffset notAfter, string reason, CancellationToken cancellationToken = default)
    {
        Refuse(ApprovalRules.CheckReason(reason));
        if (string.Equals(from, to, StringComparison.OrdinalIgnoreCase))
            throw new ApprovalRefusedException(new("delegate-self", "Delegate to somebody else."));
        if (notAfter <= notBefore || notAfter <= time.GetUtcNow() || notAfter - notBefore > LongestDelegation)
            throw new ApprovalRefusedException(new("delegation-time", $"A delegation ends after it begins, in the future, and lasts at most {LongestDelegation.TotalDays:0} days."));
        await ledger.RecordAsync(Leaf(null, "user:" + from, "approval-delegated", LeafVerdict.Done, $"{to} decides in place of {from} from {notBefore.UtcDateTime:u} to {notAfter.UtcDateTime:u}. {reason.Trim()}"),
            (context, _) => ApprovalChanges.Delegate(context, new ApprovalDelegation { From = from, To = to, NotBefore = notBefore, NotAfter = notAfter, Reason = reason.Trim() }), cancellationToken);
    }

    /// <inheritdoc/>
    public Task UndelegateAsync(string by, int delegation, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(Leaf(null, "user:" + by, "approval-undelegated", LeafVerdict.Done, $"A delegation of {by} was ended."), (context, _) => ApprovalChanges.Undelegate(context, delegation, by, Now()), cancellationToken);

    /// <inheritdoc/>
    public async Task TendAsync(CancellationToken cancellationToken = default)
    {
        foreach (var approved in await queries.ApprovedAsync(cancellationToken))
            await ReleaseAsync(approved);
        var now = Now();
        foreach (var (id, asked, ends) in await queries.NotEscalatedAsync(cancellationToken))
        {
            if (now < asked + (ends - asked) * options.EscalateAfter || now >= ends || await queries.FindAsync(id, cancellationToken) is not var (found, _))
                continue;
            await EscalateAsync(found, now, cancellationToken);
        }
    }

    private async Task EscalateAsync(Approval found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var leaf = Leaf(found, "system", "approval-escalated", LeafVerdict.Done, $"Nobody decided in half of the time: {found.Asked}. {ApprovalRules.EscalationWords(found.ApproverRole.Split(' '))}");
        try
        {
            await ledger.RecordAsync(leaf, (context, _) => ApprovalChanges.Escalate(context, found.Id, now), cancellationToken);
        }
        catch (ApprovalRefusedException)
        {
            // Somebody decided, or another pass escalated it, since it was read: there is nothing to say any more.
        }
    }

    // One at a time: whoever approved and the upkeep may both come to release the same, and the second would look like an approval used twice.
    private async Task<ReleaseOutcome> ReleaseAsync(int id)
    {
        await _releasing.WaitAsync();
        try
        {
            var (found, _) = await queries.FindAsync(id) ?? throw Unknown();
            return found.State == ApprovalState.Used ? new ReleaseOutcome(true, null, found.Outcome ?? "It has gone out.") : await ReleaseAsync(found);
        }
        finally
        {
            _releasing.Release();
        }
    }

    private async Task<ReleaseOutcome> ReleaseAsync(Approval found)
    {
        var last = found.Votes.LastOrDefault(v => v.Choice is ApprovalChoice.Approve or ApprovalChoice.ApproveLimited);
        if (last is null || policy.Bundle is not { } bundle)
            return new ReleaseOutcome(false, "policy-fault", policy.WhyNone ?? "Nobody approved it.");
        var approver = new EntityUid(bundle.Manifest.ApproverType, last.OnBehalfOf ?? last.Approver);
        var outcome = await held.ReleaseAsync(found.HeldMessageId, new ApprovalEvidence(found.Id, found.Digest, found.Action, approver, found.Limit ?? found.Cost, found.ExpiresAt)
        {
            People = [.. found.Votes.Where(v => v.Choice is ApprovalChoice.Approve or ApprovalChoice.ApproveLimited).SelectMany(v => new[] { v.Approver, v.OnBehalfOf }).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)],
        });
        // Approved by people, and still not allowed: the request is over, and its message with it.
        if (!outcome.Released && outcome.Code is not "policy-fault")
            await held.RejectAsync(found.HeldMessageId, "system", $"It was approved, but it does not go out: {outcome.Reason}");
        return outcome;
    }

    private async Task<ReleaseOutcome?> RejectAsync(Approval found, string by, string reason)
    {
        await held.RejectAsync(found.HeldMessageId, "user:" + by, $"{by} refused it: {reason}");
        return null;
    }

    private DecisionRecord RecordOf(Approval found, ApprovalSay say, ApprovalActor actor, string? behalf, DateTimeOffset at) => new()
    {
        TrustDomain = domain.Name, Approval = found.Id, MessageId = found.MessageId, Digest = found.Digest, Action = found.Action, Agent = found.Agent.SpiffeId, Asked = found.Asked, Amount = found.Amount,
        Currency = found.Currency, Limit = say.Limit ?? found.Cost, LimitCurrency = found.CostCurrency, Choice = Name(say.Choice), Reason = say.Reason, Approver = actor.UserName, OnBehalfOf = behalf,
        At = at, ExpiresAt = found.ExpiresAt,
    };

    private static string Name(ApprovalChoice choice) => choice switch
    {
        ApprovalChoice.Approve => "approve",
        ApprovalChoice.ApproveLimited => "approve-limited",
        ApprovalChoice.Refuse => "refuse",
        ApprovalChoice.AskBack => "ask-back",
        _ => throw new ArgumentOutOfRangeException(nameof(choice)),
    };

    private static ApprovalChoice? ChoiceOf(string name) => Enum.GetValues<ApprovalChoice>().Cast<ApprovalChoice?>().FirstOrDefault(c => Name(c!.Value) == name);

    private static string Words(ApprovalChoice choice) => choice switch
    {
        ApprovalChoice.Approve => "Approved",
        ApprovalChoice.ApproveLimited => "Approved up to a lower limit",
        ApprovalChoice.Refuse => "Refused",
        _ => "Asked back",
    };

    private LedgerLeaf Leaf(Approval? found, string actor, string code, LeafVerdict verdict, string detail) => new()
    {
        Kind = LeafKind.Approval, Verdict = verdict, Code = code, At = Now(), Actor = actor, Subject = found?.Agent.SpiffeId, MessageId = found?.MessageId, Type = found?.HeldMessage.Type,
        Audience = found?.HeldMessage.Receiver, Detail = LedgerLeaf.Sentence(detail), Demo = found?.Demo,
    };

    private static void Refuse(ApprovalRefusal? refusal)
    {
        if (refusal is not null)
            throw new ApprovalRefusedException(refusal);
    }

    private static ApprovalRefusedException Unknown() => new(new("approval-unknown", "There is no such request."));

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
