using A2AConsole.Core.A2A;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Provenance;

namespace A2AConsole.Sdk;

/// <summary>
/// Messages of the A2A protocol that carry signed events, for agents that speak A2A through their own client and server. Send with the
/// header <c>A2A-Extensions: <see cref="ExtensionUri"/></c>, and declare the extension in the agent's card.
/// </summary>
public static class A2AMessages
{
    /// <summary>The extension's URI.</summary>
    public const string ExtensionUri = EnvelopeExtension.Uri;

    /// <summary>The A2A 1.0 message (UTF-8 JSON) that stands for a signed event; the event must name its audience.</summary>
    /// <param name="signed">The event, from <see cref="AgentClient.Sign"/> or <see cref="EventWriter.Sign(AgentMessage, AgentIdentity, DateTimeOffset, TimeSpan)"/>.</param>
    /// <param name="contextId">The conversation, when there is one.</param>
    /// <param name="taskId">The task, when it goes on with one.</param>
    /// <exception cref="FormatException">The event is one of a batch, which has no signature of its own.</exception>
    public static byte[] Write(SignedEvent signed, string? contextId = null, string? taskId = null) => EnvelopeExtension.WriteMessage(signed.Envelope, contextId, taskId);

    /// <summary>
    /// Checks a message that this agent received: what it carries is genuine and fresh, is for this agent, and is all that it says.
    /// Act on the event's data, never on the parts.
    /// </summary>
    /// <param name="message">The A2A message as JSON, as the agent's framework has it.</param>
    /// <param name="senderChainPem">The origin's certificate and its issuing CAs, PEM, leaf first.</param>
    /// <param name="bundle">The roots of the origin's trust domain.</param>
    /// <param name="trustDomain">That trust domain's name.</param>
    /// <param name="receiver">This agent's SPIFFE ID.</param>
    /// <param name="now">The time (UTC) to judge at.</param>
    /// <param name="limits">How old and how long-lived an event may be; null: the edge's defaults.</param>
    public static EnvelopeVerification Verify(
        ReadOnlyMemory<byte> message, string senderChainPem, TrustBundle bundle, string trustDomain, string receiver, DateTimeOffset now, AdmissionLimits? limits = null)
    {
        if (!A2AMessageReader.TryRead(message, out var read, out var fault) || !CarriedEnvelope.TryRead(read, out var carried, out fault))
            return new EnvelopeVerification(null, "parse", fault.Code, fault.Detail);
        var verified = ReceivedEnvelope.Verify(carried.Dsse, senderChainPem, bundle, trustDomain, now, limits);
        if (!verified.IsValid)
            return verified;
        return MessageBinding.Check(read, verified.Event.Facts, verified.Event.Data, receiver) is { } differs
            ? new EnvelopeVerification(null, "binding", differs.Code, differs.Detail)
            : verified;
    }

    /// <summary>
    /// As <see cref="Verify"/>, for a message that waited for a decision: it may be older than messages are, and its sender's certificate over. It is judged at the time
    /// at which it was signed, and counts by the live allow for it alone.
    /// </summary>
    /// <param name="message">The A2A message as JSON, as the agent's framework has it.</param>
    /// <param name="senderChainPem">The origin's certificate and its issuing CAs, PEM, leaf first.</param>
    /// <param name="bundle">The roots of the origin's trust domain.</param>
    /// <param name="trustDomain">That trust domain's name.</param>
    /// <param name="receiver">This agent's SPIFFE ID.</param>
    /// <param name="allow">What the edge says of it: <see cref="AgentClient.DecisionAsync"/>.</param>
    /// <param name="now">The time (UTC) to judge the allow at.</param>
    public static EnvelopeVerification VerifyReleased(
        ReadOnlyMemory<byte> message, string senderChainPem, TrustBundle bundle, string trustDomain, string receiver, StandingDecision? allow, DateTimeOffset now)
    {
        if (SignedAt(message) is not { } signed || signed > now + new AdmissionLimits().Skew)
            return new EnvelopeVerification(null, "freshness", "not-yet-valid", "The message cannot be read, or says that it is of the future.");
        var verified = Verify(message, senderChainPem, bundle, trustDomain, receiver, signed);
        return verified.IsValid && LiveAllow.WhyNot(allow, verified.Event, receiver, now) is var (code, detail) ? new EnvelopeVerification(null, "decision", code, detail) : verified;
    }

    private static DateTimeOffset? SignedAt(ReadOnlyMemory<byte> message)
    {
        if (!A2AMessageReader.TryRead(message, out var read, out _) || !CarriedEnvelope.TryRead(read, out var carried, out _) || !DsseEnvelopeReader.TryRead(carried.Dsse.Span, out var envelope, out _))
            return null;
        using (envelope)
            return AgentEventReader.TryRead(envelope.Payload, out var e, out _) ? e.Claims.Time : null;
    }

    /// <summary>Judges the way that a received message came, from this agent back to its origin.</summary>
    /// <param name="message">The A2A message as JSON.</param>
    /// <param name="receiver">This agent's SPIFFE ID.</param>
    /// <param name="keyOf">The key of a party (SPIFFE ID), by keyid, as it stood at a time; null when there is none.</param>
    /// <param name="now">The time (UTC).</param>
    /// <exception cref="FormatException">The message carries nothing of ours.</exception>
    public static HopChainVerdict VerifyHops(ReadOnlyMemory<byte> message, string receiver, Func<string, string, DateTimeOffset, VerificationKey?> keyOf, DateTimeOffset now)
    {
        if (!A2AMessageReader.TryRead(message, out var read, out var fault) || !CarriedEnvelope.TryRead(read, out var carried, out fault))
            throw new FormatException(fault.Detail);
        return new HopChain(keyOf, AlgorithmPolicy.Default, new AdmissionLimits().Skew).Verify(carried.Dsse, carried.Hops, receiver, now);
    }
}
