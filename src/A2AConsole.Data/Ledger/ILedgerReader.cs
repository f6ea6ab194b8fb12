using A2AConsole.Core.Ledger;

namespace A2AConsole.Data.Ledger;

/// <summary>Reads the ledger: leaves, proofs, tiles, and the events behind leaves while they are retained.</summary>
public interface ILedgerReader
{
    /// <summary>The leaf's exact bytes, or null when the index is not (yet) in the tree.</summary>
    Task<byte[]?> LeafAsync(long index, CancellationToken cancellationToken = default);

    /// <summary>Leaves in the index range [from, from + count), at most up to the head.</summary>
    Task<IReadOnlyList<byte[]>> LeavesAsync(long from, int count, CancellationToken cancellationToken = default);

    /// <summary>RFC 6962 inclusion path (32-byte hashes, leaf's sibling first) of a leaf in the tree of <paramref name="size"/> leaves.</summary>
    Task<IReadOnlyList<byte[]>> InclusionAsync(long index, long size, CancellationToken cancellationToken = default);

    /// <summary>RFC 6962 consistency proof between two sizes of the tree.</summary>
    Task<IReadOnlyList<byte[]>> ConsistencyAsync(long from, long to, CancellationToken cancellationToken = default);

    /// <summary>The root of the tree at an earlier size; 32 bytes.</summary>
    Task<byte[]> RootAsync(long size, CancellationToken cancellationToken = default);

    /// <summary>
    /// The checkpoint (C2SP signed note) of the tree at a size up to the head's: the newest as it stands, an earlier one signed
    /// again, which gives the same note, since Ed25519 is deterministic.
    /// </summary>
    Task<string> CheckpointAsync(long size, CancellationToken cancellationToken = default);

    /// <summary>Tile bytes (C2SP tlog-tiles): <paramref name="width"/> × 32 bytes, 256 for a full tile. Null when it does not exist.</summary>
    Task<byte[]?> TileAsync(int level, long index, int width, CancellationToken cancellationToken = default);

    /// <summary>What was sent for a leaf, or null when there is none or retention has removed it.</summary>
    Task<StoredEvent?> EventAsync(long leafIndex, CancellationToken cancellationToken = default);

    /// <summary>
    /// Event leaves, newest first, at indices below <paramref name="before"/> (null: from the head). Stops after
    /// <paramref name="take"/> matches or when it has scanned its bound: then <see cref="EventPage.Next"/> says where to go on.
    /// </summary>
    Task<EventPage> EventsAsync(EventFilter filter, long? before, int take, CancellationToken cancellationToken = default);

    /// <summary>How many event leaves with index in [<paramref name="from"/>, head) match; counting stops at <paramref name="max"/>.</summary>
    Task<int> CountNewerAsync(EventFilter filter, long from, int max, CancellationToken cancellationToken = default);

    /// <summary>Leaf indices of events with this message id, or whose digest has this lower-case hex.</summary>
    Task<IReadOnlyList<long>> FindAsync(string messageIdOrDigest, CancellationToken cancellationToken = default);
}

/// <summary>What of the event leaves to list. Nulls do not filter; times are UTC and inclusive of From, exclusive of To.</summary>
public sealed record EventFilter
{
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }
    /// <summary>An agent's SPIFFE ID.</summary>
    public string? Agent { get; init; }
    public string? Audience { get; init; }
    public string? Type { get; init; }
    public LeafVerdict? Verdict { get; init; }
    /// <summary>A refusal's code text.</summary>
    public string? Code { get; init; }
    /// <summary>Part of a message id, case-sensitive.</summary>
    public string? Text { get; init; }
    /// <summary>Also show what is not an event: enrolments, sign-ins, administration.</summary>
    public bool IncludeRecords { get; init; }
}

/// <summary>A page of leaves, newest first. <paramref name="Next"/> is the index to pass as <c>before</c>, or null at the end.</summary>
public sealed record EventPage(IReadOnlyList<EventRow> Rows, long? Next);

/// <summary>A leaf and its index.</summary>
public sealed record EventRow(long Index, LedgerLeaf Leaf);

/// <summary>
/// What was sent: a DSSE envelope, or a batched event's own bytes with the batch's signed root, its index and inclusion path
/// (concatenated 32-byte hashes).
/// </summary>
public sealed record StoredEvent(ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> BatchEnvelope, int BatchIndex, ReadOnlyMemory<byte> BatchPath);
