namespace A2AConsole.Data.Entities;

/// <summary>The A2A card that an agent is known by: any other is refused. Times are UTC.</summary>
public sealed class AgentCardPin
{
    /// <summary>The agent's SPIFFE ID.</summary>
    public required string SpiffeId { get; set; }
    /// <summary>SHA-256 of the card's canonical form, lower-case hex.</summary>
    public required string Digest { get; set; }
    /// <summary>The card as it was served, so that a change can be told member by member.</summary>
    public required byte[] Card { get; set; }
    public DateTimeOffset PinnedAt { get; set; }
    /// <summary>The ledger leaf that pinned it.</summary>
    public long Leaf { get; set; }
}
