namespace A2AConsole.Data.Entities;

/// <summary>An idempotency key an agent has used, what it asked for, and where that was recorded.</summary>
public sealed class IdempotencyKey
{
    public int AgentNumber { get; set; }
    public required string Key { get; set; }
    /// <summary>32 bytes: see <see cref="Core.Admission.EventFacts.ContentDigest"/>.</summary>
    public required byte[] ContentDigest { get; set; }
    public long LeafIndex { get; set; }
    /// <summary>Unix milliseconds (UTC).</summary>
    public long ExpiresAt { get; set; }
}
