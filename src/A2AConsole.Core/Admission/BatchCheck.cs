using System.Diagnostics.CodeAnalysis;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Admission;

/// <summary>
/// Checks a signed batch in parts that may run on several threads: part 0 verifies the one signature, each other part reads one
/// event, hashes its leaf, and checks freshness and schema. <see cref="Complete"/> then holds the leaves against the signed root.
/// <code>
/// if (!BatchCheck.TryOpen(checker, body, signer, now, granted, out var batch, out var fault)) …
/// using (batch) { Parallel.For(0, batch.Parts, batch.Run); var events = batch.Complete(); }
/// </code>
/// </summary>
public sealed class BatchCheck : IDisposable
{
    private readonly EventChecker _checker;
    private readonly UnverifiedBatch _batch;
    private readonly VerifiedSvid _signer;
    private readonly DateTimeOffset _now;
    private readonly int _granted;
    private readonly CheckedEvent[] _events;
    private readonly BatchItem[] _items;
    private readonly byte[] _leafHashes;
    private Fault? _signatureFault;
    private VerifiedBatch? _verified;

    private BatchCheck(EventChecker checker, UnverifiedBatch batch, VerifiedSvid signer, DateTimeOffset now, int granted)
    {
        (_checker, _batch, _signer, _now, _granted) = (checker, batch, signer, now, granted);
        _events = new CheckedEvent[batch.Items.Count];
        _items = new BatchItem[batch.Items.Count];
        _leafHashes = new byte[batch.Items.Count * MerkleHash.Size];
    }

    /// <summary>How many parts there are to run.</summary>
    public int Parts => _events.Length + 1;

    /// <summary>How many events the request brought.</summary>
    public int Count => _events.Length;

    /// <summary>The statement's envelope as received: what is kept with the events.</summary>
    public ReadOnlyMemory<byte> Envelope => _batch.EnvelopeText;

    /// <summary>The claimed root, lower-case hex.</summary>
    public string Root => Convert.ToHexStringLower(_batch.Statement.Root.Span);

    /// <summary>Opens a batch: finds its events and reads its statement; nothing is verified yet.</summary>
    /// <param name="checker">The rules.</param>
    /// <param name="body">The request's body; it must stay as it is until all is done.</param>
    /// <param name="signer">The agent on the connection.</param>
    /// <param name="now">Our time.</param>
    /// <param name="rate">Given the number of events, how many of them the agent's rate allows (the first ones).</param>
    /// <param name="batch">The opened batch, to be disposed.</param>
    /// <param name="fault">Why the body as a whole cannot be read.</param>
    public static bool TryOpen(
        EventChecker checker, ReadOnlyMemory<byte> body, VerifiedSvid signer, DateTimeOffset now, Func<int, int> rate,
        [NotNullWhen(true)] out BatchCheck? batch, [NotNullWhen(false)] out Fault? fault)
    {
        batch = BatchReader.TryRead(body, out var read, out fault, checker.Limits.MaxEventsPerRequest)
            ? new BatchCheck(checker, read, signer, now, rate(read.Items.Count))
            : null;
        return batch is not null;
    }

    /// <summary>Runs one part, 0 to <see cref="Parts"/> − 1; each exactly once, on any thread.</summary>
    public void Run(int part)
    {
        if (part == 0)
            EnvelopeVerifier.TryVerify(_batch, _signer, _checker.Algorithms, _now, out _verified, out _signatureFault);
        else
            _events[part - 1] = CheckItem(part - 1);
    }

    /// <summary>After all parts have run: each event's result, in order.</summary>
    public CheckedEvent[] Complete()
    {
        var size = _batch.Statement.Size;
        var isWhole = _events.Length == size && IsWhole();
        Fault? fault = _signatureFault;
        if (fault is null && isWhole)
        {
            Span<byte> root = stackalloc byte[MerkleHash.Size];
            MerkleHash.Root(_leafHashes, root);
            if (!root.SequenceEqual(_verified!.Statement.Root.Span))
                fault = new Fault(RefusalCode.BatchProofInvalid, "The events, in this order, do not make the batch's signed root.");
        }
        for (var i = 0; i < _events.Length; i++)
        {
            // What could not be read keeps its own fault; the signature's comes before freshness and schema.
            ref var item = ref _events[i];
            if (item.Facts is null)
                continue;
            var own = fault ?? (isWhole ? null : CheckPath(i)) ?? EnvelopeVerifier.CheckSource(item.Facts.Source, _signer)
                ?? AudienceRule.Check(item.Facts.Audience, _checker.Limits);
            item = own is not null
                ? item with { Refusal = own.Code, SchemaRefusal = null, Detail = own.Detail }
                : item with { SignedWith = _verified!.SignedWith };
        }
        return _events;
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private CheckedEvent CheckItem(int i)
    {
        var text = _batch.Items[i];
        if (_checker.CheckBounds(text, text.Length, i < _granted) is { } outOfBounds)
        {
            // The leaf still counts for the others' root.
            if (BatchItemReader.Read(text.Span, out var late) is null)
                Take(i, late);
            return outOfBounds;
        }
        if (BatchItemReader.Read(text.Span, out var item) is { } unreadable)
            return CheckedEvent.Refused(text, text.Length, Sha256.Hash(text.Span), unreadable);
        Take(i, item);
        var digest = Sha256.Hash(item.Payload);
        if (!AgentEventReader.TryRead(item.Payload, out var parsed, out var fault, _signer.SpiffeId.Text, digest))
            return CheckedEvent.Refused(item.Payload, text.Length, digest, fault) with { BatchIndex = item.Index ?? i, BatchPath = item.Path };
        var facts = parsed.Claims;
        var stale = FreshnessRule.Check(facts.Time, facts.Expires, _now, _checker.Limits);
        var schemaFault = stale is null ? SchemaRule.Check(_checker.Schemas, facts.Type, parsed.DataSchema, parsed.Data.Span) : null;
        return new CheckedEvent
        {
            Bytes = item.Payload,
            Size = text.Length,
            Digest = digest,
            Facts = facts,
            Refusal = stale?.Code,
            SchemaRefusal = schemaFault?.Code,
            Money = stale is null && schemaFault is null ? EventMoney.Of(facts.Type, parsed.Data.Span) : null,
            Detail = (stale ?? schemaFault)?.Detail,
            BatchIndex = item.Index ?? i,
            BatchPath = item.Path,
        };
    }

    /// <summary>Whether every leaf is here and in its place, so that the root itself can be made.</summary>
    private bool IsWhole()
    {
        for (var i = 0; i < _items.Length; i++)
        {
            if (_items[i].Payload is null || (_items[i].Index ?? i) != i)
                return false;
        }
        return true;
    }

    private void Take(int i, BatchItem item)
    {
        _items[i] = item;
        MerkleHash.Leaf(item.Payload, _leafHashes.AsSpan(i * MerkleHash.Size, MerkleHash.Size));
    }

    private Fault? CheckPath(int i)
    {
        var item = _items[i];
        if (item.Index is not { } index)
            return new(RefusalCode.BatchProofInvalid, "The request does not bring the whole batch readable and in order, so each event needs its index and path.");
        return MerkleProofs.VerifyInclusion(_leafHashes.AsSpan(i * MerkleHash.Size, MerkleHash.Size), index, _batch.Statement.Size, item.Path, _verified!.Statement.Root.Span)
            ? null
            : new(RefusalCode.BatchProofInvalid, $"The path of event {index} does not lead to the batch's signed root.");
    }
}
