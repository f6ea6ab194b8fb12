namespace A2AConsole.Data.Entities;

/// <summary>A complete tile of 256 hashes (C2SP tlog-tiles); the right edge lives in the tree head.</summary>
public sealed class LedgerTile
{
    public int Level { get; set; }
    public long Index { get; set; }
    /// <summary>256 × 32 bytes.</summary>
    public required byte[] Hashes { get; set; }
}
