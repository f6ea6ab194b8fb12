namespace A2AConsole.Data.Entities;

/// <summary>What a block's admitted events said, byte for byte; deleted when retention ends, the leaves stay.</summary>
public sealed class EventPayload
{
    /// <summary>The block's <see cref="LedgerBlock.FirstLeaf"/>.</summary>
    public long FirstLeaf { get; set; }
    /// <summary>Unix milliseconds (UTC).</summary>
    public long RecordedAt { get; set; }
    /// <summary>The last <c>expires</c> plus skew, Unix milliseconds: until then the replay keys count.</summary>
    public long ReplayUntil { get; set; }
    /// <summary>Two 8-byte keys (nonce, message id) an event: what rebuilds the replay window after a restart.</summary>
    public required byte[] ReplayKeys { get; set; }
    /// <summary>The signed batch root's envelope, or empty.</summary>
    public required byte[] BatchEnvelope { get; set; }
    /// <summary>
    /// Each event: its bytes, and in a signed batch also its index and path. See <see cref="Ledger.PayloadEncoding"/>.
    /// </summary>
    public required byte[] Events { get; set; }
}
