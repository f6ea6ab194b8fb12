using A2AConsole.Core.Admission;

namespace A2AConsole.Ingest.A2A;

/// <summary>What becomes of a message that passed every check.</summary>
public enum MessageVerdict
{
    /// <summary>It is delivered.</summary>
    Allow,
    /// <summary>It waits for a decision.</summary>
    Hold,
    /// <summary>It is not delivered; its sender is answered with a rejected task and the reason.</summary>
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
public sealed record MessageToDecide(EventFacts Facts, ReadOnlyMemory<byte> Data, int SenderNumber, string Receiver, long Leaf, string? ContextId, string? TaskId);

/// <summary>A decision.</summary>
/// <param name="Verdict">What becomes of the message.</param>
/// <param name="Reason">Why, in a sentence for the sender; nothing secret.</param>
public sealed record MessageDecision(MessageVerdict Verdict, string Reason);

/// <summary>
/// Decides about messages that passed every check. An exception is a refusal: nothing that goes wrong lets a message pass. Whoever decides
/// records the decision.
/// </summary>
public interface IMessageDecision
{
    ValueTask<MessageDecision> DecideAsync(MessageToDecide message, CancellationToken cancellationToken);
}

/// <summary>
/// What stands in for a policy engine where none is registered: it decides nothing. Whatever passed the checks (identity, signature, freshness,
/// replay, schema, binding of parts) is delivered, as it is for events that are posted to the edge.
/// </summary>
internal sealed class ChecksOnly : IMessageDecision
{
    private static readonly MessageDecision Passed = new(MessageVerdict.Allow, "The checks passed; no policy decides here.");

    public ValueTask<MessageDecision> DecideAsync(MessageToDecide message, CancellationToken cancellationToken) => ValueTask.FromResult(Passed);
}
