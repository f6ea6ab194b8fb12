namespace A2AConsole.Sdk;

/// <summary>
/// The receiver's last check before it changes something: a live allow for this very message. Pure. A message that is not asked about by policy has no decision,
/// and this refuses it: call it for the types that change something, and for no others.
/// </summary>
public static class LiveAllow
{
    /// <summary>Null when the message may be acted on; else a stable code and why not.</summary>
    /// <param name="standing">What the edge said; null: it knows of no decision.</param>
    /// <param name="message">The message as it was verified on receipt.</param>
    /// <param name="receiver">This agent's SPIFFE ID.</param>
    /// <param name="now">The time (UTC).</param>
    public static (string Code, string Detail)? WhyNot(StandingDecision? standing, ReceivedEvent message, string receiver, DateTimeOffset now)
        => standing is null ? ("decision-unknown", "Nobody decided about this message.")
            : standing.MessageId != message.Facts.MessageId || standing.Digest != Convert.ToHexStringLower(message.Facts.Digest.Span) ? ("decision-differs", "The decision is about another message: the digests differ.")
            : standing.Sender != message.Facts.Source || standing.Type != message.Facts.Type ? ("decision-differs", "The decision is about a message of another sender or type.")
            : standing.Receiver != receiver ? ("decision-receiver", $"The decision is for {standing.Receiver}.")
            : !standing.Decision.IsAllowed ? (standing.Decision.Code ?? "not-allowed", standing.Outcome ?? standing.Decision.Reason)
            : standing.ValidUntil is not { } end || now >= end ? ("decision-expired", "The allow has ended.")
            : !standing.IsLive ? ("not-live", standing.Outcome ?? "The allow was taken back.")
            : null;
}

/// <summary>A message must not be acted on: policy did not allow it, or does not any more.</summary>
public sealed class NotAllowedException(string code, string detail) : AgentException($"{code}: {detail}")
{
    /// <summary>The stable code.</summary>
    public string Code { get; } = code;

    /// <summary>What exactly is missing.</summary>
    public string Detail { get; } = detail;
}
