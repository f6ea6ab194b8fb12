using A2AConsole.Core.Approvals;
using A2AConsole.Data.Entities;
using A2AConsole.Policy.Deciding;

namespace A2AConsole.Policy.Approvals;

/// <summary>What somebody is about to say.</summary>
/// <param name="Choice">Her choice.</param>
/// <param name="Reason">Why.</param>
/// <param name="Limit">For <see cref="ApprovalChoice.ApproveLimited"/>: the most, in the smallest unit of the bundle's currency.</param>
/// <param name="InBulk">Whether she says it to several at once, with one reason: then none may be above the tier that allows it.</param>
public sealed record ApprovalSay(ApprovalChoice Choice, string Reason, long? Limit = null, bool InBulk = false);

/// <summary>What came of a decision.</summary>
/// <param name="State">Where the request stands now.</param>
/// <param name="Release">What became of its message, when it was approved by enough people.</param>
/// <param name="Leaf">The decision's ledger leaf.</param>
public sealed record ApprovalOutcome(ApprovalState State, ReleaseOutcome? Release, long Leaf);

/// <summary>
/// People's decisions. Approving takes a passkey's signature over the decision's record; refusing and asking back do not, since nothing happens on them. What the rules do not allow comes back as
/// <see cref="Data.Stores.ApprovalRefusedException"/>.
/// </summary>
public interface IApprovalService
{
    /// <summary>The record that she would sign, at this moment. Refuses what she may not say.</summary>
    Task<DecisionRecord> PrepareAsync(int approval, ApprovalSay say, ApprovalActor actor, CancellationToken cancellationToken = default);

    /// <summary>Records a decision. <paramref name="assertion"/> must hold over exactly this record, and is needed to approve.</summary>
    Task<ApprovalOutcome> DecideAsync(DecisionRecord record, PasskeyAssertion? assertion, ApprovalActor actor, CancellationToken cancellationToken = default);

    /// <summary>Lets somebody decide in her place for a time.</summary>
    Task DelegateAsync(string from, string to, DateTimeOffset notBefore, DateTimeOffset notAfter, string reason, CancellationToken cancellationToken = default);

    /// <summary>Ends one of her delegations.</summary>
    Task UndelegateAsync(string by, int delegation, CancellationToken cancellationToken = default);

    /// <summary>Escalates what waits too long, and releases what was approved when the process stopped. For the host's background work.</summary>
    Task TendAsync(CancellationToken cancellationToken = default);
}
