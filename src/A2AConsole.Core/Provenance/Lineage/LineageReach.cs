using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>
/// Everything that derives from a message, near or far, drawn or not: who was affected. A level at a time like <see cref="LineageWalk"/>; each
/// message is counted once, whatever the number of ways that lead to it.
/// </summary>
public sealed class LineageReach
{
    /// <summary>Most messages that are counted; beyond them the sums are lower bounds.</summary>
    public const int Most = 5000;

    private readonly int _most;
    private readonly HashSet<long> _seen;

    /// <param name="start">The message, which is not counted itself.</param>
    /// <param name="most">How many are counted at most.</param>
    public LineageReach(long start, int most = Most)
    {
        (_most, _seen) = (most, [start]);
        Wanted = [start];
    }

    /// <summary>The messages whose dependants have to be looked up now; empty at the end.</summary>
    public IReadOnlyList<long> Wanted { get; private set; }

    /// <summary>How many more are counted.</summary>
    public int Room => _most - Found.Count;

    /// <summary>The leaves that derive from the start, nearest first.</summary>
    public List<long> Found { get; } = [];

    /// <summary>Whether there are more than were counted.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Takes the leaves of what derives from any of <see cref="Wanted"/>.</summary>
    public void Take(IEnumerable<long> dependants)
    {
        var next = new List<long>();
        foreach (var leaf in dependants)
        {
            if (!_seen.Add(leaf))
                continue;
            if (Found.Count >= _most)
            {
                IsFull = true;
                break;
            }
            Found.Add(leaf);
            next.Add(leaf);
        }
        Wanted = IsFull ? [] : next;
    }

    /// <summary>The money that messages name, by currency in alphabetical order; each message counts once.</summary>
    public static IReadOnlyList<EventMoney> Totals(IEnumerable<LineageNode> nodes)
        => [.. nodes.DistinctBy(n => n.Leaf).Where(n => n.Money is not null).GroupBy(n => n.Money!.Value.Currency, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new EventMoney(g.Aggregate(0L, (sum, n) => EventMoney.Add(sum, n.Money!.Value.TenThousandths)), g.Key))];
}
