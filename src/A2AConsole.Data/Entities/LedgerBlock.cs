namespace A2AConsole.Data.Entities;

/// <summary>
/// A run of consecutive leaves written together: one request's events (one agent), or one administrative leaf. A row a block,
/// not a row an event, is what makes the write path fast (see the decision record on the storage layout).
/// </summary>
public sealed class LedgerBlock
{
    /// <summary>Index of the first leaf: append-only, so inserts stay local.</summary>
    public long FirstLeaf { get; set; }
    public int Count { get; set; }
    /// <summary>The agent all leaves are about, if any.</summary>
    public int? AgentNumber { get; set; }
    /// <summary>When it was recorded, Unix milliseconds (UTC).</summary>
    public long RecordedAt { get; set; }
    /// <summary>Whether it holds event leaves, and whether all were admitted; lets lists skip blocks.</summary>
    public BlockContent Content { get; set; }
    /// <summary>The leaves as a C2SP entry bundle: each behind its big-endian 16-bit length.</summary>
    public required byte[] Leaves { get; set; }
}

/// <summary>What a block's leaves are.</summary>
[Flags]
public enum BlockContent
{
    None = 0,
    Admitted = 1,
    Refused = 2,
    Record = 4,
}
