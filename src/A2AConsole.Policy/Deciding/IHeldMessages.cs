using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Deciding;

/// <summary>What a person's approval says about a held message: the evidence that policy is asked with again.</summary>
/// <param name="ApprovalId">The approval; used once.</param>
/// <param name="Digest">The signed payload's digest that it is bound to, lower-case hex.</param>
/// <param name="Action">The action that it is bound to.</param>
/// <param name="Approver">Who approved, as policy names people; the last one when there were several.</param>
/// <param name="Limit">The most that it covers, in the smallest unit of the bundle's currency.</param>
/// <param name="ExpiresAt">Its end.</param>
public sealed record ApprovalEvidence(int ApprovalId, string Digest, string Action, EntityUid Approver, long Limit, DateTimeOffset ExpiresAt)
{
    /// <summary>The user names of all who approved, and in whose place: when one of them may not use the console any more, policy hears of it.</summary>
    public IReadOnlyList<string> People { get; init; } = [];
}

/// <summary>What became of a release.</summary>
/// <param name="Released">Whether it goes out.</param>
/// <param name="Code">A stable code when it does not: <c>approval-used</c>, <c>approval-expired</c>, <c>approval-digest</c>, <c>approval-limit</c>, <c>policy-denied</c>, <c>not-waiting</c>, …</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record ReleaseOutcome(bool Released, string? Code, string Reason);

/// <summary>
/// Messages that wait. Only a real allow with real evidence releases one: policy is asked again with the evidence, and the approval is used in the
/// same transaction, so that it counts once whatever happens. A released message is delivered once; see decision 29.
/// </summary>
public interface IHeldMessages
{
    /// <summary>Decides again with the evidence; on allow the message goes out. An approval that does not fit is refused, and a finding says so.</summary>
    Task<ReleaseOutcome> ReleaseAsync(long heldId, ApprovalEvidence evidence, CancellationToken cancellationToken = default);

    /// <summary>
    /// A machine verified the message with this digest (lower-case hex) a second time, by the message of <paramref name="byLeaf"/>. Policy is asked again: it may go out, or need
    /// a person besides.
    /// </summary>
    Task<ReleaseOutcome> VerifyAsync(string digest, long byLeaf, string by, CancellationToken cancellationToken = default);

    /// <summary>
    /// A machine speaks against the message with this digest, by the message of <paramref name="byLeaf"/>: it waits for a person from then on, and no other machine's word releases it.
    /// </summary>
    Task<ReleaseOutcome> ContradictAsync(string digest, long byLeaf, string by, CancellationToken cancellationToken = default);

    /// <summary>Ends the wait of those whose time is over; how many there were.</summary>
    Task<int> ExpireAsync(CancellationToken cancellationToken = default);

    /// <summary>Raised when a message is to be delivered.</summary>
    event Action? Released;

    /// <summary>Ends its wait: its sender is told the reason. False when it waits no more.</summary>
    Task<bool> RejectAsync(long heldId, string by, string reason, CancellationToken cancellationToken = default);

    /// <summary>Its sender takes it back. False when it waits no more.</summary>
    Task<bool> CancelAsync(long heldId, string by, CancellationToken cancellationToken = default);
}
