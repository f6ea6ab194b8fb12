using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Writing.Stores;

/// <summary>
/// What the writer needs of a database: the part that each provider does its own way. Used by the writer's thread only.
/// Any exception means that nothing of the open transaction is kept; the writer then reloads.
/// </summary>
internal interface ILedgerStore : IDisposable
{
    /// <summary>
    /// Connects and takes the ledger over: raises the epoch, so that a writer that still lives finds it changed and stops. Writes
    /// <paramref name="first"/> when there is no ledger yet.
    /// </summary>
    LedgerState Claim(TreeHead first, long now);

    /// <summary>Connects anew and reads the state again after a failure. Throws <see cref="WriterReplacedException"/> when another writer took over.</summary>
    LedgerState Reload(long epoch, long now);

    /// <summary>Fills in what is stored of the keys asked for and has not expired.</summary>
    void FindIdempotency(IReadOnlyList<IdempotencyProbe> probes, long now);

    /// <summary>Opens the transaction unless it is open.</summary>
    void Begin();

    /// <summary>
    /// Runs a change with a context inside the transaction and saves it. When it throws, its own writes are undone, the
    /// transaction goes on and the exception comes through as <see cref="ChangeFailedException"/>.
    /// </summary>
    void Apply(Action<ConsoleDbContext> change);

    /// <summary>Writes the group and commits. Throws <see cref="WriterReplacedException"/> when the epoch is not the group's.</summary>
    void Commit(CommitGroup group);

    /// <summary>Commits what changes alone have written, without a leaf: upkeep.</summary>
    void Commit();

    /// <summary>Drops the open transaction, if any.</summary>
    void Rollback();
}

/// <summary>What the writer starts from.</summary>
internal sealed record LedgerState(TreeHead Head, IReadOnlyList<ReplayRow> Replay, IReadOnlyList<RefusalSummary> Summaries);

/// <summary>The replay keys of one block that still count.</summary>
internal readonly record struct ReplayRow(int AgentNumber, long Until, byte[] Keys);

/// <summary>A question for an idempotency key, and its answer.</summary>
internal sealed class IdempotencyProbe(int agentNumber, string key)
{
    public int AgentNumber { get; } = agentNumber;
    public string Key { get; } = key;
    /// <summary>Null: not found.</summary>
    public byte[]? ContentDigest { get; set; }
    public long LeafIndex { get; set; }
}

/// <summary>Another writer holds the ledger now.</summary>
internal sealed class WriterReplacedException() : Exception("another process writes to this ledger now");

/// <summary>A record's own change failed; the group is unharmed.</summary>
internal sealed class ChangeFailedException(Exception cause) : Exception(cause.Message, cause);
