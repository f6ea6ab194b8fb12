using A2AConsole.Core.Admission;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Deciding;

/// <summary>What becomes of a message that passed every check.</summary>
public enum MessageVerdict
{
    /// <summary>It is delivered.</summary>
    Allow,
    /// <summary>It waits for a decision, in the store: <see cref="MessageDecision.HeldId"/>.</summary>
    Hold,
    /// <summary>It is not delivered; its sender is told the reason.</summary>
    Reject,
}

/// <summary>A message that passed every check, and whose admission is durable.</summary>
/// <param name="Facts">The signed event's attributes.</param>
/// <param name="Data">The signed event's data: valid until the decision is made.</param>
/// <param name="SenderNumber">The sender's row.</param>
/// <param name="Receiver">The SPIFFE ID of the agent that it is for.</param>
/// <param name="Leaf">The ledger leaf of its admission.</param>
/// <param name="ContextId">The conversation, as the unsigned message says.</param>
/// <param name="TaskId">The task, as the unsigned message says.</param>
public sealed record MessageToDecide(EventFacts Facts, ReadOnlyMemory<byte> Data, int SenderNumber, string Receiver, long Leaf, string? ContextId, string? TaskId)
{
    /// <summary>What must be kept to deliver it later: the A2A request's body, or the envelope that was posted.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A2A: how it came, so that it can be delivered the same way; null for an event that was posted.</summary>
    public string? Route { get; init; }

    /// <summary>A2A: the task that its sender is given when it is held.</summary>
    public string? NewTaskId { get; init; }

    /// <summary>Set in the demo world.</summary>
    public string? Demo { get; init; }
}

/// <summary>A decision.</summary>
/// <param name="Verdict">What becomes of the message.</param>
/// <param name="Reason">Why, in a sentence for the sender; nothing secret.</param>
/// <param name="Code">A stable code when it is not delivered: <c>policy-denied</c>, <c>policy-fault</c>, <c>approval-required</c>, …</param>
/// <param name="Leaf">The decision's own ledger leaf; null when it needed none.</param>
/// <param name="HeldId">The held message.</param>
/// <param name="ExpiresAt">Until when it waits.</param>
public sealed record MessageDecision(MessageVerdict Verdict, string Reason, string? Code = null, long? Leaf = null, long? HeldId = null, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>What policy said; null when it was not asked, since the message changes nothing.</summary>
    public PolicyVerdict? Policy { get; init; }

    /// <summary>The determining policies.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>Which bundle decided: its version and digest.</summary>
    public BundleId? Bundle { get; init; }
}

/// <summary>
/// Decides about messages that passed every check. An exception is a refusal: nothing that goes wrong lets a message pass. Whoever decides
/// records the decision.
/// </summary>
public interface IMessageDecision
{
    /// <summary>Whether messages of a type are decided about. Costs a look-up: it is asked for every event, telemetry included.</summary>
    bool IsAskedAbout(string type) => true;

    ValueTask<MessageDecision> DecideAsync(MessageToDecide message, CancellationToken cancellationToken);
}
