namespace A2AConsole.Core.Admission;

/// <summary>What admission and the store need to know of a parsed event. Times are UTC.</summary>
public sealed record EventFacts
{
    public required string MessageId { get; init; }
    public required string Source { get; init; }
    public required string Type { get; init; }
    public string? Subject { get; init; }
    public string? Audience { get; init; }
    public string? Action { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public required string Nonce { get; init; }
    public string? IdempotencyKey { get; init; }
    public string? Demo { get; init; }
    /// <summary>SHA-256 of the signed payload: what identifies the message. 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Digest { get; init; }
    /// <summary>
    /// SHA-256 over what the event asks for (type, subject, audience, action, data), without id, nonce and times: equal for a
    /// retry that was signed anew. 32 bytes; empty when there is no idempotency key.
    /// </summary>
    public ReadOnlyMemory<byte> ContentDigest { get; init; }
}
