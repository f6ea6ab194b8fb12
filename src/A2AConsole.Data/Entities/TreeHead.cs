namespace A2AConsole.Data.Entities;

/// <summary>The newest tree head: exactly one row, replaced by each commit.</summary>
public sealed class TreeHead
{
    /// <summary>Always 1.</summary>
    public int Id { get; set; }
    public long Size { get; set; }
    public required byte[] Root { get; set; }
    /// <summary>The hashes of the incomplete tile of each level, lowest level first, each run length-prefixed.</summary>
    public required byte[] Edge { get; set; }
    public required string Checkpoint { get; set; }
    /// <summary>Unix milliseconds (UTC).</summary>
    public long At { get; set; }
    /// <summary>Raised by each writer at start; a writer that finds another's number stops (one writer a ledger).</summary>
    public long WriterEpoch { get; set; }
    /// <summary>Secret seed of the replay keys' hash, 8 bytes.</summary>
    public long ReplaySeed { get; set; }
}
