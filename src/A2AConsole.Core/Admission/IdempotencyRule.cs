using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Admission;

/// <summary>An idempotency key's earlier use.</summary>
/// <param name="ContentDigest">What was asked for then: see <see cref="EventFacts.ContentDigest"/>.</param>
/// <param name="LeafIndex">Where it was recorded.</param>
/// <param name="ExpiresAt">Until when it counts (UTC).</param>
public readonly record struct IdempotencyRecord(ReadOnlyMemory<byte> ContentDigest, long LeafIndex, DateTimeOffset ExpiresAt);

/// <summary>What an idempotency key says about an event.</summary>
/// <param name="EarlierLeaf">Set for a retry: the leaf whose receipt is given again.</param>
/// <param name="Fault">Set for a key that was used for something else.</param>
public readonly record struct IdempotencyDecision(long? EarlierLeaf, Fault? Fault)
{
    /// <summary>Whether the event is to be admitted anew.</summary>
    public bool IsNew => EarlierLeaf is null && Fault is null;
}

/// <summary>Same key and same content: the earlier receipt again. Same key, other content: refused.</summary>
public static class IdempotencyRule
{
    /// <summary>Decides for an event that carries a key; <paramref name="earlier"/> is the agent's record under that key, if any.</summary>
    public static IdempotencyDecision Decide(IdempotencyRecord? earlier, ReadOnlySpan<byte> contentDigest, DateTimeOffset now)
        => earlier is not { } record || record.ExpiresAt <= now
            ? default
            : record.ContentDigest.Span.SequenceEqual(contentDigest)
            ? new(record.LeafIndex, null)
            : new(null, new Fault(RefusalCode.IdempotencyConflict, $"The idempotencykey was used for other content (leaf {record.LeafIndex}); use a new key for a new request."));
}
