using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Data.Ledger;

/// <summary>
/// The one way to write: every admission, refusal and administrative change goes through it, in order, and is durable and
/// on the ledger when the task completes.
/// </summary>
public interface ILedger
{
    /// <summary>The newest durable tree head.</summary>
    LedgerHead Head { get; }

    /// <summary>
    /// Queues one request's events. False when the queue is full: nothing was taken, tell the agent to come again.
    /// The task fails with <see cref="LedgerUnavailableException"/> when the commit failed (disk full, fsync error): nothing was acked.
    /// </summary>
    bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result);

    /// <summary>
    /// Writes one leaf together with a change of the model, in one transaction. <paramref name="change"/> runs on the writer, in
    /// the ledger's order, with a context inside the transaction and the index that the leaf gets (rows that are named after
    /// their leaf need it). It reads what earlier changes wrote, adds, updates and removes rows; the writer saves them. It must not
    /// be slow and must not begin a transaction of its own. Waits for room.
    /// When <paramref name="change"/> throws, nothing is written, neither leaf nor rows, and that exception comes back.
    /// </summary>
    Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="RecordAsync"/>, for changes that come in great numbers (certificates): those that wait are saved together. In return
    /// <paramref name="change"/> looks rows up by their keys only (what its neighbours changed is seen in the rows, not in queries over
    /// them), makes its own entities at each call, and may be called again when a neighbour fails. <paramref name="certificate"/> is the
    /// serial of one that the change begins with: those of all that wait are read together, with their agents.
    /// </summary>
    Task<LedgerReceipt> RecordKeyedAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long> change, string? certificate = null, CancellationToken cancellationToken = default)
        => RecordAsync(leaf, change, cancellationToken);

    /// <summary>Raised after each commit, on the writer's thread: handlers only signal, they never work.</summary>
    event Action<LedgerHead>? Committed;
}

/// <summary>A tree head. <paramref name="Root"/> is 32 bytes; <paramref name="Checkpoint"/> is the C2SP signed note over it.</summary>
public sealed record LedgerHead(long Size, ReadOnlyMemory<byte> Root, string Checkpoint, DateTimeOffset At);

/// <summary>Where a leaf landed.</summary>
public sealed record LedgerReceipt(long LeafIndex, LedgerHead Head);

/// <summary>The store did not take the commit; nothing of it was acknowledged.</summary>
public sealed class LedgerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>One request's events, from one agent over one connection, after the checks that need no state.</summary>
public sealed class AdmissionRequest
{
    /// <summary>The agent's row (<c>Agents.Number</c>).</summary>
    public required int AgentNumber { get; init; }
    public required string AgentId { get; init; }
    /// <summary>Serial of the connection's certificate, lower-case hex.</summary>
    public required string CertificateSerial { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public string? RemoteAddress { get; init; }
    /// <summary>
    /// For how long after its <c>expires</c> an event still passed the freshness check: so long its nonce and message id count. Less
    /// than what the check allows would let a replay in.
    /// </summary>
    public TimeSpan ReplayMargin { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>The signed batch root's DSSE envelope when the events came as a signed batch, else empty.</summary>
    public ReadOnlyMemory<byte> BatchEnvelope { get; init; }
    /// <summary>The batch root, lower-case hex, when the events came as a signed batch.</summary>
    public string? BatchRoot { get; init; }
    public required IReadOnlyList<AdmissionItem> Items { get; init; }
}

/// <summary>One event of a request, with what the stateless checks found.</summary>
public sealed class AdmissionItem
{
    /// <summary>The bytes to keep: the DSSE envelope, or the event's JSON in a signed batch. For an oversize event a prefix.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }
    /// <summary>How many bytes were received (more than <see cref="Bytes"/> holds when oversize).</summary>
    public required int Size { get; init; }
    /// <summary>SHA-256 of what <see cref="LedgerLeaf.Digest"/> says, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Digest { get; init; }
    /// <summary>The event, when it could be read.</summary>
    public EventFacts? Facts { get; init; }
    /// <summary>The first refusal among size, rate, parse, signature and freshness.</summary>
    public RefusalCode? Refusal { get; init; }
    /// <summary>The schema check's refusal: counts only when replay and idempotency have passed.</summary>
    public RefusalCode? SchemaRefusal { get; init; }
    /// <summary>What exactly was wrong and what would be right; no secrets, at most 500 characters.</summary>
    public string? Detail { get; init; }
    /// <summary>The money that it names, counted when it is admitted.</summary>
    public EventMoney? Money { get; init; }
    /// <summary>Index in the signed batch and its inclusion path (concatenated 32-byte hashes), where the batch came in part.</summary>
    public int BatchIndex { get; init; }
    public ReadOnlyMemory<byte> BatchPath { get; init; }
    /// <summary>
    /// The leaf's bytes and RFC 6962 leaf hash (32 bytes) for the verdict that the stateless checks gave: <see cref="Refusal"/>,
    /// else <see cref="SchemaRefusal"/>, else admitted, at <see cref="AdmissionRequest.ReceivedAt"/>. Made by the workers so that
    /// the single writer need not; it encodes a leaf itself when both are empty or when its own verdict is another.
    /// </summary>
    public ReadOnlyMemory<byte> Leaf { get; init; }
    /// <inheritdoc cref="Leaf"/>
    public ReadOnlyMemory<byte> LeafHash { get; init; }
}

/// <summary>What became of an event.</summary>
public enum ItemVerdict
{
    Admitted,
    Refused,
    /// <summary>A retry under its idempotency key: the earlier receipt is given again, nothing was recorded anew.</summary>
    Repeated,
}

/// <summary>The verdict on one item. A summarised refusal has no leaf of its own: <paramref name="LeafIndex"/> is null.</summary>
public readonly record struct ItemResult(ItemVerdict Verdict, long? LeafIndex, RefusalCode? Refusal, string? Detail);

/// <summary>The verdicts in the items' order, and the tree head that covers them.</summary>
public sealed record AdmissionResult(IReadOnlyList<ItemResult> Items, LedgerHead Head);
