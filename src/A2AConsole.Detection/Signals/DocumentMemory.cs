using System.Globalization;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Detection.Signals;

/// <summary>
/// Which documents came by, so that one that follows from nothing is seen: an approval without a proposal. What kinds of documents do without, in
/// ordinary times, is counted; only what never happens is told. Bounded: the oldest are forgotten.
/// </summary>
internal sealed class DocumentMemory
{
    private const int Most = 100_000;
    private const int KnownFrom = 100;

    private readonly HashSet<ulong> _known = [];
    private readonly Queue<ulong> _order = new();
    private readonly Dictionary<string, (long All, long Orphans)> _types = new(StringComparer.Ordinal);

    public void Observe(in Moment m)
    {
        var o = m.Seen;
        if (o.Kind != LeafKind.Event || o.Verdict != LeafVerdict.Admitted)
            return;
        if (o.Follows.Count > 0)
        {
            var orphan = true;
            foreach (var document in o.Follows)
                orphan &= !_known.Contains(Hash(document));
            var (all, orphans) = _types.GetValueOrDefault(o.Type);
            // Never: at most one in a thousand, of many.
            if (orphan && all >= KnownFrom && orphans <= all / 1000 && _order.Count < Most)
                m.Say(AlertKind.ImpossibleSequence, o.Type, Moment.Certain, new AlertExplanation
                {
                    Sentence = $"{m.Agent.Name} sent {o.Type} after {o.Follows[0].Replace(':', ' ')}, which nobody sent: of {all.ToString("#,##0", CultureInfo.InvariantCulture)} before it {(orphans == 0 ? "none" : orphans.ToString(CultureInfo.InvariantCulture))} came without",
                    Actual = orphans + 1, Expected = 0, Unit = $"{o.Type} without what comes before it", Basis = $"the last {all.ToString("#,##0", CultureInfo.InvariantCulture)}", Features = [new("what it follows from", 1, o.Follows[0], "sent before")],
                });
            // One that is told does not make the next usual.
            else if (all < KnownFrom || !orphan)
                _types[o.Type] = (all + 1, orphans + (orphan ? 1 : 0));
        }
        if (o.Document is { } own && _known.Add(Hash(own)))
        {
            _order.Enqueue(Hash(own));
            if (_order.Count > Most)
                _known.Remove(_order.Dequeue());
        }
    }

    private static ulong Hash(string text)
    {
        // FNV-1a: the same in every process.
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_order.Count);
        foreach (var document in _order)
            writer.Write(document);
        writer.Write(_types.Count);
        foreach (var (type, (all, orphans)) in _types.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            writer.Write(type);
            writer.Write(all);
            writer.Write(orphans);
        }
    }

    public static DocumentMemory Load(BinaryReader reader)
    {
        var memory = new DocumentMemory();
        for (var left = DetectorState.Int32(reader, 0, Most); left > 0; left--)
        {
            var document = reader.ReadUInt64();
            memory._known.Add(document);
            memory._order.Enqueue(document);
        }
        for (var left = DetectorState.Int32(reader, 0, 10_000); left > 0; left--)
            memory._types[reader.ReadString()] = (reader.ReadInt64(), reader.ReadInt64());
        return memory;
    }
}
