namespace A2AConsole.Detection.Signals;

/// <summary>
/// What an agent, or a role, was seen with (peers, types, fields, places), and how surprising one more is: by Good and Turing's estimate, what was
/// seen once says how often something new comes. Bounded: the longest unseen is forgotten first.
/// </summary>
internal sealed class Novelty(int most)
{
    private readonly Dictionary<string, (long Count, long LastTicks)> _seen = new(StringComparer.Ordinal);

    /// <summary>How many were observed in all.</summary>
    public long Observed { get; private set; }

    /// <summary>How many different ones are known.</summary>
    public int Kinds => _seen.Count;

    public bool Knows(string name) => _seen.ContainsKey(name);

    /// <summary>The most frequent ones.</summary>
    public IEnumerable<(string Name, long Count)> Usual(int take) => _seen.OrderByDescending(s => s.Value.Count).ThenBy(s => s.Key, StringComparer.Ordinal).Take(take).Select(s => (s.Key, s.Value.Count));

    /// <summary>−log10 of the probability that the next one is new: (seen once + 1) in (all + 2).</summary>
    public double Surprise()
    {
        var once = 0;
        foreach (var (count, _) in _seen.Values)
            once += count == 1 ? 1 : 0;
        return Detection.Surprise.Of((once + 1.0) / (Observed + 2.0));
    }

    public void Learn(string name, DateTimeOffset at)
    {
        Observed++;
        if (!_seen.TryGetValue(name, out var known) && _seen.Count >= most)
        {
            var oldest = _seen.MinBy(s => (s.Value.LastTicks, s.Key)).Key;
            _seen.Remove(oldest);
        }
        _seen[name] = (known.Count + 1, at.UtcTicks);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Observed);
        writer.Write(_seen.Count);
        foreach (var (name, (count, last)) in _seen.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            writer.Write(count);
            writer.Write(last);
        }
    }

    public static Novelty Load(BinaryReader reader, int most)
    {
        var novelty = new Novelty(most) { Observed = reader.ReadInt64() };
        var count = DetectorState.Int32(reader, 0, most);
        for (var i = 0; i < count; i++)
            novelty._seen[reader.ReadString()] = (reader.ReadInt64(), reader.ReadInt64());
        return novelty;
    }
}
