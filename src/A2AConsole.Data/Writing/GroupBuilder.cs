using System.Buffers.Binary;
using System.Runtime.InteropServices;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Writing.Stores;

namespace A2AConsole.Data.Writing;

/// <summary>
/// Turns requests into verdicts, leaves and rows, in order: the checks that need state (replay, idempotency), the quarantine
/// limit, the tree. Touches no database. One thread; its state is the ledger's state plus the open group.
/// </summary>
internal sealed class GroupBuilder(DataOptions options, LedgerTree tree, ReplayWindow replay, RefusalLimiter limiter)
{
    private const string AdmittedCode = "admitted";
    private const int MaxDetail = 500;

    private readonly Dictionary<(int Agent, string Key), IdempotencyRow> _keysOfGroup = [];
    private CommitGroup _group = new();
    private readonly List<(BlockRow Block, int Position)> _ofBatch = [];
    private BlockRow? _block;

    /// <summary>Begins a group.</summary>
    public void Begin()
    {
        _group = new CommitGroup();
        _keysOfGroup.Clear();
        _ofBatch.Clear();
        _block = null;
        tree.Begin();
    }

    /// <summary>Ends the group and hands over its rows; head fields are still to be set.</summary>
    public CommitGroup End()
    {
        _group.Tiles.AddRange(tree.Completed);
        _group.Summaries.AddRange(limiter.TakeGrown());
        return _group;
    }

    /// <summary>Decides a request's events and adds them. <paramref name="probes"/> answer for those with an idempotency key, in order.</summary>
    public void Admit(AdmissionWork work, IReadOnlyList<IdempotencyProbe> probes)
    {
        var request = work.Request;
        var probe = work.FirstProbe;
        var at = request.ReceivedAt.ToUnixTimeMilliseconds();
        var counts = new RequestCounts(request.AgentNumber, at);
        _block = null;
        for (var i = 0; i < request.Items.Count; i++)
        {
            var item = request.Items[i];
            var asked = IsProbed(item) ? probes[probe++] : null;
            var (result, code) = Decide(request, i, asked, at);
            work.Results[i] = result;
            if (result.Verdict != ItemVerdict.Repeated)
                counts.Note(code);
            if (result.Verdict == ItemVerdict.Admitted)
                NotePeer(request.AgentNumber, item, at);
        }
        counts.AddTo(_group, AdmittedCode);
        AppendBatch(request);
    }

    /// <summary>Whether the item's idempotency key must be looked up.</summary>
    public static bool IsProbed(AdmissionItem item) => item.Refusal is null && item.Facts?.IdempotencyKey is not null;

    /// <summary>Adds a leaf of its own and returns its index.</summary>
    public long Record(LedgerLeaf leaf, int? agentNumber = null) => Record(leaf, LeafEncoding.Encode(leaf), agentNumber);

    /// <summary>The same, of a leaf that was encoded before.</summary>
    public long Record(LedgerLeaf leaf, byte[] bytes, int? agentNumber = null)
    {
        var at = leaf.At.ToUnixTimeMilliseconds();
        var index = tree.Append(MerkleHash.Leaf(bytes));
        _block = null;
        var content = leaf.Kind is LeafKind.RefusalSummary or LeafKind.Connection ? BlockContent.Refused : BlockContent.Record;
        AppendLeaf(OpenBlock(agentNumber, at, content, default, index), bytes);
        _block = null;
        NoteMinute(at, index, index);
        if (leaf.Kind == LeafKind.Connection)
            CollectionsMarshal.GetValueRefOrAddDefault(_group.Traffic, (Minute(at), leaf.Code ?? "connection"), out _) += leaf.Count ?? 1;
        return index;
    }

    /// <summary>Turns the summaries of minutes that are over into leaves and quarantine rows.</summary>
    public void CloseSummaries(DateTimeOffset now)
    {
        foreach (var summary in limiter.CloseOver(Minute(now.ToUnixTimeMilliseconds())))
        {
            var index = Record(summary.Leaf(now), summary.Agent);
            _group.Quarantine.Add(summary.Item(index, now));
            _group.ClosedSummaries.Add((summary.Agent, summary.Minute));
        }
    }

    private (ItemResult Result, string Code) Decide(AdmissionRequest request, int position, IdempotencyProbe? asked, long at)
    {
        var item = request.Items[position];
        if (item.Refusal is { } refused)
            return Refuse(request, item, refused, item.Detail, isWorkersVerdict: true, at);
        var facts = item.Facts ?? throw new InvalidOperationException("an event that was not refused has facts");
        var nonce = replay.NonceKey(facts.Nonce);
        var message = replay.MessageKey(facts.MessageId);
        if (replay.Contains(request.AgentNumber, nonce) || replay.Contains(request.AgentNumber, message))
            return Refuse(request, item, RefusalCode.Replayed, "The message id or the nonce was used before and still counts: send a new one with each message.", false, at);
        // Admitted but not remembered it could be sent again.
        if (!replay.HasRoom(request.AgentNumber))
            return Refuse(request, item, RefusalCode.RateLimited, "Too many messages that have not expired are held for this agent: wait until they have.", false, at);
        if (asked is not null)
        {
            var decision = IdempotencyRule.Decide(Earlier(asked), facts.ContentDigest.Span, request.ReceivedAt);
            if (decision.EarlierLeaf is { } leaf)
                return (new ItemResult(ItemVerdict.Repeated, leaf, null, null), "");
            if (decision.Fault is { } fault)
                return Refuse(request, item, fault.Code, fault.Detail, false, at);
        }
        if (item.SchemaRefusal is { } schema)
            return Refuse(request, item, schema, item.Detail, isWorkersVerdict: true, at);

        var until = facts.Expires.ToUnixTimeMilliseconds() + (long)request.ReplayMargin.TotalMilliseconds;
        replay.Add(request.AgentNumber, nonce, until);
        replay.Add(request.AgentNumber, message, until);
        var index = AppendItem(request, item, BlockContent.Admitted, at, item.Leaf, item.LeafHash, null, null, out var block);
        block.ReplayUntil = Math.Max(block.ReplayUntil, until);
        block.ReplayKeys.AppendKey(nonce);
        block.ReplayKeys.AppendKey(message);
        if (request.BatchEnvelope.IsEmpty)
            AppendEvent(block, item, inBatch: false, 0, default);
        else
            _ofBatch.Add((block, position));
        if (asked is not null)
        {
            var row = new IdempotencyRow(request.AgentNumber, asked.Key, facts.ContentDigest, index, at + (long)options.IdempotencyLifetime.TotalMilliseconds);
            _keysOfGroup[(row.AgentNumber, row.Key)] = row;
            _group.Idempotency.Add(row);
        }
        return (new ItemResult(ItemVerdict.Admitted, index, null, null), AdmittedCode);
    }

    private IdempotencyRecord? Earlier(IdempotencyProbe asked)
        => _keysOfGroup.TryGetValue((asked.AgentNumber, asked.Key), out var row)
            ? new IdempotencyRecord(row.ContentDigest, row.LeafIndex, DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt))
            : asked.ContentDigest is null ? null
            : new IdempotencyRecord(asked.ContentDigest, asked.LeafIndex, DateTimeOffset.MaxValue);

    private (ItemResult Result, string Code) Refuse(AdmissionRequest request, AdmissionItem item, RefusalCode refusal, string? detail, bool isWorkersVerdict, long at)
    {
        var code = Refusal.Of(refusal).Text;
        var facts = item.Facts;
        detail = Cut(detail, MaxDetail);
        if (!limiter.TryKeep(request.AgentNumber, Minute(at)))
        {
            limiter.Summarise(request.AgentNumber, request.AgentId, Minute(at), code, item.Size, Cut(facts?.Demo, 40));
            return (new ItemResult(ItemVerdict.Refused, null, refusal, detail), code);
        }
        var index = isWorkersVerdict
            ? AppendItem(request, item, BlockContent.Refused, at, item.Leaf, item.LeafHash, code, detail, out _)
            : AppendItem(request, item, BlockContent.Refused, at, default, default, code, detail, out _);
        _group.Quarantine.Add(new QuarantineItem
        {
            Id = index,
            AgentNumber = request.AgentNumber,
            RecordedAt = request.ReceivedAt,
            Code = code,
            Detail = detail,
            MessageId = Cut(facts?.MessageId, 64),
            Type = Cut(facts?.Type, 128),
            Digest = Convert.ToHexStringLower(item.Digest.Span),
            RemoteAddress = Cut(request.RemoteAddress, 64),
            Count = 1,
            Size = item.Size,
            Bytes = item.Bytes.ToArray(),
            Demo = Cut(facts?.Demo, 40),
        });
        return (new ItemResult(ItemVerdict.Refused, index, refusal, detail), code);
    }

    private long AppendItem(AdmissionRequest request, AdmissionItem item, BlockContent content, long at, ReadOnlyMemory<byte> leaf, ReadOnlyMemory<byte> hash, string? code, string? detail, out BlockRow block)
    {
        long index;
        if (leaf.IsEmpty || hash.IsEmpty)
        {
            leaf = LeafEncoding.Encode(Leaf(request, item, code, detail));
            index = tree.Append(MerkleHash.Leaf(leaf.Span));
        }
        else
        {
            index = tree.Append(hash.Span);
        }
        block = _block is { } open && open.Content == content ? open : OpenBlock(request.AgentNumber, at, content, request.BatchEnvelope, index);
        AppendLeaf(block, leaf.Span);
        NoteMinute(at, index, index);
        return index;
    }

    private static LedgerLeaf Leaf(AdmissionRequest request, AdmissionItem item, string? code, string? detail) => new()
    {
        Kind = LeafKind.Event,
        Verdict = code is null ? LeafVerdict.Admitted : LeafVerdict.Refused,
        Code = code,
        At = request.ReceivedAt,
        Actor = request.AgentId,
        Subject = Cut(item.Facts?.Subject, 1024),
        Certificate = request.CertificateSerial,
        MessageId = item.Facts?.MessageId,
        Type = item.Facts?.Type,
        Audience = item.Facts?.Audience,
        Time = item.Facts?.Time,
        Expires = item.Facts?.Expires,
        Digest = Convert.ToHexStringLower(item.Digest.Span),
        Batch = request.BatchRoot,
        Detail = detail,
        Demo = item.Facts?.Demo,
    };

    private BlockRow OpenBlock(int? agentNumber, long at, BlockContent content, ReadOnlyMemory<byte> batch, long firstLeaf)
    {
        _block = new BlockRow { FirstLeaf = firstLeaf, AgentNumber = agentNumber, RecordedAt = at, Content = content, BatchEnvelope = batch };
        _group.Blocks.Add(_block);
        return _block;
    }

    private static void AppendLeaf(BlockRow block, ReadOnlySpan<byte> leaf)
    {
        var room = block.Leaves.Room(sizeof(ushort) + leaf.Length);
        BinaryPrimitives.WriteUInt16BigEndian(room, checked((ushort)leaf.Length));
        leaf.CopyTo(room[sizeof(ushort)..]);
        block.Leaves.Advance(sizeof(ushort) + leaf.Length);
        block.Count++;
    }

    // A batch that came whole and was admitted whole gives its paths back by itself; any other keeps each event's path.
    private void AppendBatch(AdmissionRequest request)
    {
        if (_ofBatch.Count == 0)
            return;
        var cameWhole = request.Items.Count > 1 && request.Items.All(item => item.BatchPath.IsEmpty);
        var tree = cameWhole && _ofBatch.Count < request.Items.Count ? LeafHashes.Of([.. request.Items.Select(item => item.Bytes)]) : null;
        foreach (var (block, position) in _ofBatch)
        {
            var item = request.Items[position];
            var path = tree is null ? item.BatchPath : tree.Path(position).SelectMany(hash => hash).ToArray();
            AppendEvent(block, item, inBatch: true, cameWhole ? position : item.BatchIndex, path.Span);
        }
        _ofBatch.Clear();
    }

    private static void AppendEvent(BlockRow block, AdmissionItem item, bool inBatch, int index, ReadOnlySpan<byte> path)
    {
        var room = block.Events.Room(PayloadEncoding.MaxOverhead + item.Bytes.Length + path.Length);
        block.Events.Advance(PayloadEncoding.Write(room, item.Bytes.Span, inBatch, index, path));
    }

    private void NotePeer(int agent, AdmissionItem item, long at)
    {
        var key = new PeerKey(agent, (int)(at / 86_400_000), item.Facts!.Audience ?? "", Cut(item.Facts.Type, 128)!);
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(_group.Peers, key, out var known);
        tally.Count++;
        tally.Bytes += item.Size;
        tally.FirstSeenAt = known ? Math.Min(tally.FirstSeenAt, at) : at;
        tally.LastSeenAt = Math.Max(tally.LastSeenAt, at);
        if (item.Money is { } money)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_group.Money, (key, money.Currency), out _);
            sum = EventMoney.Add(sum, money.TenThousandths);
        }
    }

    private void NoteMinute(long at, long first, long last)
    {
        ref var range = ref CollectionsMarshal.GetValueRefOrAddDefault(_group.Minutes, Minute(at), out var known);
        range = known ? (Math.Min(range.First, first), Math.Max(range.Last, last)) : (first, last);
    }

    internal static int Minute(long at) => (int)(at / 60_000);

    private static string? Cut(string? text, int length) => text is null || text.Length <= length ? text : text[..length];

    /// <summary>A request's verdicts, summed before they go to the group: a dictionary write a request instead of one an event.</summary>
    private struct RequestCounts(int agent, long at)
    {
        private long _admitted;
        private Dictionary<string, long>? _refused;

        public void Note(string code)
        {
            if (ReferenceEquals(code, AdmittedCode))
                _admitted++;
            else
                CollectionsMarshal.GetValueRefOrAddDefault(_refused ??= [], code, out _)++;
        }

        public readonly void AddTo(CommitGroup group, string admittedCode)
        {
            long refused = 0;
            Add(group, admittedCode, _admitted);
            if (_refused is not null)
            {
                foreach (var (code, count) in _refused)
                {
                    Add(group, code, count);
                    refused += count;
                }
            }
            ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(group.Agents, agent, out _);
            tally.LastSeenAt = Math.Max(tally.LastSeenAt, at);
            tally.Admitted += _admitted;
            tally.Refused += refused;
        }

        private readonly void Add(CommitGroup group, string code, long count)
        {
            if (count == 0)
                return;
            CollectionsMarshal.GetValueRefOrAddDefault(group.Traffic, (Minute(at), code), out _) += count;
            CollectionsMarshal.GetValueRefOrAddDefault(group.Hours, (agent, (int)(at / 3_600_000), code), out _) += count;
        }
    }
}
