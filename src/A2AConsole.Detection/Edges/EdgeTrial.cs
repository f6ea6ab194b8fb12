namespace A2AConsole.Detection.Edges;

/// <summary>How an attack on a network comes.</summary>
public enum AttackGroup
{
    None,

    /// <summary>Floods: denial of service, and guessing or polling in masses.</summary>
    Flood,

    /// <summary>Scans.</summary>
    Probe,

    /// <summary>A few connections that look like all others.</summary>
    Quiet,
}

/// <summary>Areas under the ROC curve; NaN where there is nothing to tell apart.</summary>
/// <param name="PerEdge">The burst statistic over all edges.</param>
/// <param name="PerMinute">Over each source, target and minute once, by its first edge: floods no longer count a thousandfold.</param>
/// <param name="BurstPerMinute">The same by the burst statistic alone.</param>
/// <param name="Macro">The mean of the groups.</param>
/// <param name="Classes">By class, most frequent first.</param>
public sealed record EdgeReport(long Edges, long Minutes, int Nodes, int Triples, double PerEdge, double PerMinute, double BurstPerMinute,
    double Flood, double Probe, double Quiet, double Macro, IReadOnlyList<EdgeClass> Classes, double NanosPerEdge);

/// <summary>A class of attack.</summary>
public sealed record EdgeClass(string Name, AttackGroup Group, int Triples, double Auc);

/// <summary>Puts <see cref="EdgeJudge"/> to a stream of labelled edges. Labels are used for the result only.</summary>
public sealed class EdgeTrial
{
    private static readonly HashSet<string> Floods = new(StringComparer.OrdinalIgnoreCase)
    {
        "neptune", "neptunettl", "smurf", "smurfttl", "pod", "back", "teardrop", "apache2", "mailbomb", "processtable", "land", "udpstorm", "syslog", "snmpgetattack", "snmpguess",
    };

    private static readonly HashSet<string> Probes = new(StringComparer.OrdinalIgnoreCase) { "satan", "mscan", "ipsweep", "portsweep", "saint", "nmap" };

    private readonly EdgeJudge _judge = new();
    private readonly Dictionary<string, ulong> _nodes = [];
    private readonly List<(float Score, bool Attack)> _edges = [];
    private readonly Dictionary<(ulong, ulong, long), int> _index = [];
    private readonly List<(float Order, float Burst, string Label)> _triples = [];
    private string _time = "";
    private long _tick;
    private TimeSpan _spent;

    /// <summary>The next edge in order of time.</summary>
    /// <param name="time">Any text that is the same within a minute and another in the next.</param>
    /// <param name="label">The attack's class; "-", "0" or nothing when ordinary.</param>
    public void Add(string source, string target, string time, string label)
    {
        if (time != _time)
            (_time, _tick) = (time, _tick + 1);
        var (from, to) = (Node(source), Node(target));
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        var verdict = _judge.Observe(from, to, _tick);
        _spent += System.Diagnostics.Stopwatch.GetElapsedTime(begun);
        var attack = IsAttack(label);
        _edges.Add(((float)verdict.Flow.Statistic, attack));
        if (_index.TryAdd((from, to, _tick), _triples.Count))
            _triples.Add(((float)verdict.Order, (float)verdict.Flow.Statistic, label));
        else if (attack && _index[(from, to, _tick)] is var at && !IsAttack(_triples[at].Label))
            _triples[at] = _triples[at] with { Label = label };
    }

    public EdgeReport Report()
    {
        double Of(AttackGroup group) => Auc(_triples.Where(t => GroupOf(t.Label) is var g && (g == AttackGroup.None || g == group)).Select(t => (t.Order, IsAttack(t.Label))));
        var (flood, probe, quiet) = (Of(AttackGroup.Flood), Of(AttackGroup.Probe), Of(AttackGroup.Quiet));
        var ordinary = _triples.Where(t => !IsAttack(t.Label)).Select(t => (t.Order, false)).ToList();
        var classes = _triples.Where(t => IsAttack(t.Label)).GroupBy(t => t.Label).OrderByDescending(g => g.Count()).Take(30)
            .Select(g => new EdgeClass(g.Key, GroupOf(g.Key), g.Count(), Auc(ordinary.Concat(g.Select(t => (t.Order, true))))));
        var groups = new[] { flood, probe, quiet }.Where(a => !double.IsNaN(a)).ToList();
        return new EdgeReport(_edges.Count, _tick, _nodes.Count, _triples.Count, Auc(_edges), Auc(_triples.Select(t => (t.Order, IsAttack(t.Label)))), Auc(_triples.Select(t => (t.Burst, IsAttack(t.Label)))),
            flood, probe, quiet, groups.Count == 0 ? double.NaN : groups.Average(), [.. classes], _edges.Count == 0 ? 0 : _spent.TotalNanoseconds / _edges.Count);
    }

    /// <summary>Area under the ROC curve by Mann and Whitney's rank sum; ties count half.</summary>
    public static double Auc(IEnumerable<(float Score, bool Attack)> scored)
    {
        var all = scored.ToArray();
        Array.Sort(all, (a, b) => a.Score.CompareTo(b.Score));
        var (ranks, attacks) = (0.0, 0L);
        for (var i = 0; i < all.Length;)
        {
            var end = i;
            while (end < all.Length && all[end].Score == all[i].Score)
                end++;
            var here = 0;
            for (var k = i; k < end; k++)
                here += all[k].Attack ? 1 : 0;
            ranks += here * (i + 1 + end) / 2.0;
            attacks += here;
            i = end;
        }
        var ordinary = all.Length - attacks;
        return attacks == 0 || ordinary == 0 ? double.NaN : (ranks - attacks * (attacks + 1) / 2.0) / ((double)attacks * ordinary);
    }

    private static bool IsAttack(string label) => label is not ("-" or "0" or "");

    private static AttackGroup GroupOf(string label) => !IsAttack(label) ? AttackGroup.None : Floods.Contains(label) ? AttackGroup.Flood : Probes.Contains(label) ? AttackGroup.Probe : AttackGroup.Quiet;

    private ulong Node(string name)
    {
        if (!_nodes.TryGetValue(name, out var hash))
            _nodes[name] = hash = NodeHash.Of(name);
        return hash;
    }
}
