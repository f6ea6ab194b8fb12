using System.Buffers.Binary;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Reading;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Detection;

/// <summary>A stretch of the ledger as detection sees it. <paramref name="Next"/>: the first leaf that is not in it.</summary>
public sealed record ObservationBatch(IReadOnlyList<Observation> Observations, long Next);

/// <summary>Reads committed blocks in the ledger's order, with what payloads say where they are retained.</summary>
public sealed class ObservationReader(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int BlocksAtOnce = 500, LeavesAtOnce = 2_000;

    /// <summary>The first leaf of a block that was recorded at or after a time: where reading begins that needs no more of the past.</summary>
    public async Task<long> FirstSinceAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var milliseconds = since.ToUnixTimeMilliseconds();
        return await context.LedgerBlocks.Where(b => b.RecordedAt >= milliseconds).OrderBy(b => b.FirstLeaf).Select(b => (long?)b.FirstLeaf).FirstOrDefaultAsync(cancellationToken)
            ?? await context.LedgerBlocks.OrderByDescending(b => b.FirstLeaf).Select(b => (long?)b.FirstLeaf + b.Count).FirstOrDefaultAsync(cancellationToken) ?? 0;
    }

    /// <summary>The leaves from <paramref name="from"/> on, below <paramref name="to"/>: some blocks of them.</summary>
    public async Task<ObservationBatch> ReadAsync(long from, long to, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var start = await LedgerBlocks.StartOfAsync(context, from, cancellationToken);
        var blocks = await LedgerBlocks.Range(context, start, to).Take(BlocksAtOnce).ToListAsync(cancellationToken);
        var read = new List<Observation>();
        var next = from;
        var first = blocks.Where(b => b.Content.HasFlag(BlockContent.Admitted)).Select(b => b.FirstLeaf).ToList();
        var (least, most) = first.Count == 0 ? (0, -1) : (first[0], first[^1]);
        var payloads = first.Count == 0 ? [] : await context.EventPayloads.AsNoTracking().Where(p => p.FirstLeaf >= least && p.FirstLeaf <= most).ToDictionaryAsync(p => p.FirstLeaf, cancellationToken);
        var findings = await FindingsAsync(context, blocks, cancellationToken);
        foreach (var block in blocks)
        {
            Add(read, block, payloads.GetValueOrDefault(block.FirstLeaf), findings, from, to);
            next = Math.Max(next, Math.Min(to, block.FirstLeaf + block.Count));
            if (read.Count >= LeavesAtOnce)
                break;
        }
        return new(read, next);
    }

    // A finding's leaf names a serial or a key where its row names the agent.
    private static async Task<Dictionary<long, string>> FindingsAsync(ConsoleDbContext context, List<LedgerBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.Count == 0 || blocks.TrueForAll(b => b.Content != BlockContent.Record))
            return [];
        var (from, to) = (blocks[0].FirstLeaf, blocks[^1].FirstLeaf + blocks[^1].Count);
        return await context.Findings.Where(f => f.Id >= from && f.Id < to && f.Agent != null).Select(f => new { f.Id, f.Agent!.SpiffeId }).ToDictionaryAsync(f => f.Id, f => f.SpiffeId, cancellationToken);
    }

    private static void Add(List<Observation> read, LedgerBlock block, EventPayload? payload, Dictionary<long, string> findings, long from, long to)
    {
        var leaves = EntryBundle.Parse(block.Leaves);
        var events = payload is null ? null : Events(payload);
        var admitted = 0;
        for (var i = 0; i < leaves.Count; i++)
        {
            var index = block.FirstLeaf + i;
            if (!LeafReader.TryParse(leaves[i].Span, out var leaf, out _))
                continue;
            var isAdmitted = leaf is { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted };
            var bytes = isAdmitted && events is not null && admitted < events.Count ? events[admitted] : default;
            if (isAdmitted)
                admitted++;
            if (index < from || index >= to || leaf.Kind is LeafKind.Alert or LeafKind.Incident || leaf is { Kind: LeafKind.Finding, Detail: not null } && leaf.Detail.StartsWith("Closed:", StringComparison.Ordinal))
                continue;
            read.Add(Of(index, leaf, bytes, payload is { BatchEnvelope.Length: > 0 }, findings));
        }
    }

    // The payload holds the block's admitted events in their order.
    private static List<ReadOnlyMemory<byte>> Events(EventPayload payload)
    {
        var inBatch = payload.BatchEnvelope.Length > 0;
        var all = new List<ReadOnlyMemory<byte>>();
        for (ReadOnlyMemory<byte> rest = payload.Events; !rest.IsEmpty;)
        {
            var bytes = rest.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(rest.Span));
            rest = rest[(sizeof(int) + bytes.Length)..];
            if (inBatch)
                rest = rest[(sizeof(int) + 1 + rest.Span[sizeof(int)] * MerkleHash.Size)..];
            all.Add(bytes);
        }
        return all;
    }

    private static Observation Of(long index, LedgerLeaf leaf, ReadOnlyMemory<byte> bytes, bool inBatch, Dictionary<long, string> findings)
    {
        var agent = IsAgent(leaf.Actor) ? leaf.Actor : IsAgent(leaf.Subject) ? leaf.Subject! : findings.GetValueOrDefault(index) ?? "";
        var observation = new Observation(index, leaf.At, leaf.Kind, leaf.Verdict, leaf.Code, agent, leaf.Audience ?? "", leaf.Type ?? "")
        {
            Count = leaf.Count ?? 1, Message = leaf.MessageId, Actor = leaf.Actor == agent ? null : leaf.Actor, Demo = leaf.Demo, Subject = leaf.Subject == agent ? null : leaf.Subject,
        };
        if (bytes.IsEmpty || Content(leaf.Type, bytes, inBatch) is not { } content)
            return observation;
        return observation with
        {
            Bytes = bytes.Length, Money = content.Money, Quantity = content.Quantity, Subject = content.Item ?? observation.Subject, Evidence = content.Evidence, Asks = content.Asks, Document = content.Document, Follows = content.Follows,
        };
    }

    private static EventContent? Content(string? type, ReadOnlyMemory<byte> bytes, bool inBatch)
    {
        if (type is null)
            return null;
        if (inBatch)
            return AgentEventReader.TryRead(bytes, out var bare, out _) ? EventContent.Read(type, bare.Data) : null;
        if (!DsseEnvelopeReader.TryRead(bytes.Span, out var envelope, out _))
            return null;
        using (envelope)
            return AgentEventReader.TryRead(envelope.Payload, out var read, out _) ? EventContent.Read(type, read.Data) : null;
    }

    private static bool IsAgent(string? actor) => actor is not null && actor.StartsWith("spiffe://", StringComparison.Ordinal) && actor.Contains("/agent/", StringComparison.Ordinal);
}
