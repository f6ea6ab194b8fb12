using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Lineage;

/// <summary>The messages of some blocks with their links, before they are written: read and resolved beside the writer.</summary>
internal sealed class LineageBatch
{
    private readonly Dictionary<string, long> _late = [];

    public List<LineageMessage> Messages { get; } = [];

    public List<LineageLink> Links { get; } = [];

    /// <summary>Adds a block's admitted messages; those whose payload is gone, or cannot be read, say nothing of their descent.</summary>
    public void Add(LedgerBlock block, EventPayload payload)
    {
        var leaves = EntryBundle.Parse(block.Leaves);
        for (var i = 0; i < leaves.Count; i++)
        {
            if (!LeafReader.TryParse(leaves[i].Span, out var leaf, out _) || leaf is not { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted, MessageId: { } id, Digest: { } digest, Type: { } type })
                continue;
            var bytes = PayloadEncoding.Bytes(payload.Events, !payload.BatchEnvelope.AsSpan().IsEmpty, i);
            if (Read(bytes, !payload.BatchEnvelope.AsSpan().IsEmpty, type) is not var (facts, money))
                continue;
            var from = block.FirstLeaf + i;
            Messages.Add(new LineageMessage
            {
                Leaf = from, MessageId = id, Digest = digest, Body = facts.Body, Type = type, AgentNumber = block.AgentNumber ?? 0, Audience = leaf.Audience ?? "", At = leaf.At,
                Document = facts.Document, Amount = money?.TenThousandths, Currency = money?.Currency, Demo = leaf.Demo,
            });
            foreach (var (place, reference) in facts.References.Index())
                Links.Add(new LineageLink { From = from, Place = place, Kind = reference.Kind, Target = reference.Target, Name = reference.Name });
        }
    }

    /// <summary>Finds what the links lead to, among what is stored and what comes with them.</summary>
    public async Task ResolveAsync(ConsoleDbContext context, CancellationToken cancellationToken)
    {
        var digests = Links.Where(l => l.Kind == LineageKind.Digest).Select(l => l.Target).Distinct().ToList();
        var documents = Links.Where(l => l.Kind == LineageKind.Reference).Select(l => l.Target).Distinct().ToList();
        var known = Messages.Select(Name).ToList();
        var here = known.Select(k => k.Leaf).ToHashSet();
        if (digests.Count > 0)
        {
            known.AddRange(await Names(context).Where(m => digests.Contains(m.Digest)).ToListAsync(cancellationToken));
            known.AddRange(await Names(context).Where(m => digests.Contains(m.Body)).ToListAsync(cancellationToken));
        }
        if (documents.Count > 0)
            known.AddRange(await Names(context).Where(m => documents.Contains(m.Document!)).ToListAsync(cancellationToken));
        known = [.. known.DistinctBy(k => k.Leaf).OrderBy(k => k.Leaf)];
        var byDigest = new Dictionary<string, long>();
        foreach (var name in known)
        {
            // Bodies may be sent again: the message is the one that brought the document.
            byDigest.TryAdd(name.Digest, name.Leaf);
            byDigest.TryAdd(name.Body, name.Leaf);
        }
        var byDocument = known.Where(k => k.Document is not null).ToLookup(k => k.Document!);
        foreach (var link in Links)
            link.To = link.Kind == LineageKind.Digest ? Other(byDigest, link) : Only(byDocument[link.Target], link.From);
        Links.RemoveAll(weak => weak is { Kind: LineageKind.Reference, To: not null } && Links.Exists(l => l.Kind == LineageKind.Digest && l.From == weak.From && l.To == weak.To));

        // What earlier messages cited before it came.
        var names = Messages.SelectMany(m => new[] { m.Digest, m.Body }).ToList();
        var waiting = await context.LineageLinks.Where(l => l.To == null && l.Kind == LineageKind.Digest && names.Contains(l.Target)).Select(l => l.Target).Distinct().ToListAsync(cancellationToken);
        foreach (var target in waiting)
            if (byDigest.TryGetValue(target, out var leaf) && here.Contains(leaf))
                _late[target] = leaf;
    }

    /// <summary>Writes everything and moves the cursor, on the writer.</summary>
    public void Write(ConsoleDbContext context, long next)
    {
        context.LineageMessages.AddRange(Messages);
        context.LineageLinks.AddRange(Links);
        foreach (var (target, leaf) in _late)
        {
            context.LineageLinks.Where(l => l.To == null && l.Kind == LineageKind.Digest && l.Target == target).ExecuteUpdate(l => l.SetProperty(x => x.To, (long?)leaf));
            context.LineageLinks.Where(weak => weak.Kind == LineageKind.Reference && weak.To == leaf
                && context.LineageLinks.Any(l => l.From == weak.From && l.To == leaf && l.Kind == LineageKind.Digest)).ExecuteDelete();
        }
        var cursor = context.LineageCursors.SingleOrDefault();
        if (cursor is null)
            context.LineageCursors.Add(new LineageCursor { Id = 1, Next = next });
        else
            cursor.Next = next;
    }

    private static long? Other(Dictionary<string, long> byDigest, LineageLink link) => byDigest.TryGetValue(link.Target, out var leaf) && leaf != link.From ? leaf : null;

    // An id counts only where one earlier document has it: the same document sent again is one, two documents of one id are none.
    private static long? Only(IEnumerable<Known> documents, long from)
    {
        var earlier = documents.Where(d => d.Leaf < from).ToList();
        return earlier.Count > 0 && earlier.TrueForAll(d => d.Body == earlier[0].Body) ? earlier[0].Leaf : null;
    }

    private static (LineageFacts Facts, EventMoney? Money)? Read(ReadOnlyMemory<byte> bytes, bool inBatch, string type)
    {
        if (inBatch)
            return AgentEventReader.TryRead(bytes, out var bare, out _) ? Facts(type, bare) : null;
        if (!DsseEnvelopeReader.TryRead(bytes.Span, out var envelope, out _))
            return null;
        using (envelope)
            return AgentEventReader.TryRead(envelope.Payload, out var read, out _) ? Facts(type, read) : null;
    }

    private static (LineageFacts, EventMoney?) Facts(string type, UnverifiedEvent read) => (LineageReader.Read(type, read.Data), EventMoney.Of(type, read.Data.Span));

    private static IQueryable<Known> Names(ConsoleDbContext context)
        => context.LineageMessages.Select(m => new Known { Leaf = m.Leaf, Digest = m.Digest, Body = m.Body, Document = m.Document });

    private static Known Name(LineageMessage m) => new() { Leaf = m.Leaf, Digest = m.Digest, Body = m.Body, Document = m.Document };

    private sealed class Known
    {
        public long Leaf { get; init; }
        public required string Digest { get; init; }
        public required string Body { get; init; }
        public string? Document { get; init; }
    }
}
