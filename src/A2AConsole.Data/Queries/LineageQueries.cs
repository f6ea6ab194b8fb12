using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads the lineage, a level of a walk at a time.</summary>
public sealed class LineageQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int AtOnce = 500;

    /// <summary>The first leaf that the lineage has not read yet.</summary>
    public async Task<long> ReadUntilAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.LineageCursors.Select(c => (long?)c.Next).SingleOrDefaultAsync(cancellationToken) ?? 0;
    }

    /// <summary>The messages that a text names (message id, digest of the message or of its data, or <c>document:id</c>), newest first.</summary>
    public async Task<IReadOnlyList<LineageNode>> FindAsync(string text, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await NodesOf(db, db.LineageMessages.Where(m => m.MessageId == text || m.Digest == text || m.Body == text || m.Document == text)).OrderByDescending(m => m.Leaf).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>The messages that cite something, by its digest or id; oldest first.</summary>
    public async Task<IReadOnlyList<LineageNode>> CitingAsync(string target, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var leaves = db.LineageLinks.Where(l => l.Target == target).Select(l => l.From);
        return await NodesOf(db, db.LineageMessages.Where(m => leaves.Contains(m.Leaf))).OrderBy(m => m.Leaf).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>These messages, by leaf; those that the lineage does not know are left out.</summary>
    public async Task<IReadOnlyDictionary<long, LineageNode>> NodesAsync(IReadOnlyCollection<long> leaves, CancellationToken cancellationToken = default)
    {
        var found = new Dictionary<long, LineageNode>(leaves.Count);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var some in leaves.Chunk(AtOnce))
            foreach (var node in await NodesOf(db, db.LineageMessages.Where(m => some.Contains(m.Leaf))).ToListAsync(cancellationToken))
                found[node.Leaf] = node;
        return found;
    }

    /// <summary>What a walk wants.</summary>
    public async Task<IReadOnlyDictionary<long, LineagePage>> PagesAsync(IReadOnlyList<LineageRequest> wanted, LineageDirection direction, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var pages = new Dictionary<long, LineagePage>(wanted.Count);
        foreach (var some in wanted.Chunk(AtOnce))
        {
            var leaves = some.Select(w => w.Leaf).ToList();
            var totals = direction == LineageDirection.Backward
                ? await db.LineageLinks.Where(l => leaves.Contains(l.From)).GroupBy(l => l.From).Select(g => new { Leaf = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Leaf, g => g.Count, cancellationToken)
                : await db.LineageLinks.Where(l => leaves.Contains(l.To!.Value)).GroupBy(l => l.To!.Value).Select(g => new { Leaf = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Leaf, g => g.Count, cancellationToken);
            // Together where all fit; those with more than is wanted one by one, so that a message with thousands costs no more than another.
            var whole = some.Where(w => totals.GetValueOrDefault(w.Leaf) is > 0 and var total && total <= w.Take).Select(w => w.Leaf).ToList();
            var edges = (direction == LineageDirection.Backward
                ? await Edges(db.LineageLinks.Where(l => whole.Contains(l.From)).OrderBy(l => l.From).ThenBy(l => l.Place)).ToListAsync(cancellationToken)
                : await Edges(db.LineageLinks.Where(l => whole.Contains(l.To!.Value)).OrderBy(l => l.From).ThenBy(l => l.Place)).ToListAsync(cancellationToken))
                .ToLookup(e => direction == LineageDirection.Backward ? e.From : e.To!.Value);
            foreach (var request in some)
            {
                var total = totals.GetValueOrDefault(request.Leaf);
                if (total == 0)
                    continue;
                pages[request.Leaf] = new(total <= request.Take || request.Take == 0 ? [.. edges[request.Leaf]] : await SomeAsync(db, request, direction, cancellationToken), total);
            }
        }
        return pages;
    }

    /// <summary>The leaves of the messages that derive directly from any of these, at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<long>> DependantsAsync(IReadOnlyList<long> leaves, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = new List<long>();
        foreach (var some in leaves.Chunk(AtOnce))
        {
            if (found.Count >= take)
                break;
            found.AddRange(await db.LineageLinks.Where(l => some.Contains(l.To!.Value)).Select(l => l.From).Distinct().OrderBy(l => l).Take(take - found.Count).ToListAsync(cancellationToken));
        }
        return found;
    }

    private static async Task<IReadOnlyList<LineageEdge>> SomeAsync(ConsoleDbContext db, LineageRequest request, LineageDirection direction, CancellationToken cancellationToken)
    {
        var links = direction == LineageDirection.Backward ? db.LineageLinks.Where(l => l.From == request.Leaf) : db.LineageLinks.Where(l => l.To == request.Leaf);
        return await Edges(links.OrderBy(l => l.From).ThenBy(l => l.Place).Take(request.Take)).ToListAsync(cancellationToken);
    }

    private static IQueryable<LineageEdge> Edges(IQueryable<LineageLink> links) => links.Select(l => new LineageEdge(l.From, l.To, l.Kind, l.Target, l.Name));

    private static IQueryable<LineageNode> NodesOf(ConsoleDbContext db, IQueryable<LineageMessage> messages)
        => from m in messages.AsNoTracking()
           join a in db.Agents on m.AgentNumber equals a.Number
           select new LineageNode
           {
               Leaf = m.Leaf, MessageId = m.MessageId, Digest = m.Digest, Body = m.Body, Type = m.Type, Agent = a.SpiffeId, Audience = m.Audience == "" ? null : m.Audience, At = m.At,
               Document = m.Document, Money = m.Amount != null ? new EventMoney(m.Amount.Value, m.Currency!) : null, Demo = m.Demo,
           };
}
