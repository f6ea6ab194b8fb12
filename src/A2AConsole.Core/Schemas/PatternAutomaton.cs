namespace A2AConsole.Core.Schemas;

/// <summary>The non-deterministic automaton of a pattern: places, edges that take a character, and edges that take none.</summary>
internal sealed class PatternAutomaton
{
    private const int MaxPlaces = 20_000;

    private readonly List<List<int>> _free = [];
    private readonly List<(bool[] Set, int Target)?> _edges = [];
    private readonly Dictionary<bool[], int> _sets = [];

    public int Start { get; set; }
    public int End { get; set; }

    public int AddPlace()
    {
        if (_free.Count == MaxPlaces)
            throw new FormatException("is a pattern that is too large");
        _free.Add([]);
        _edges.Add(null);
        return _free.Count - 1;
    }

    public void AddFree(int from, int to) => _free[from].Add(to);

    /// <summary>An edge for the characters (0–127) that <paramref name="set"/> holds. A place has one such edge at most.</summary>
    public void AddEdge(int from, bool[] set, int to)
    {
        _edges[from] = (set, to);
        _sets.TryAdd(set, _sets.Count);
    }

    /// <summary>All places reached from some without taking a character, sorted.</summary>
    public int[] Close(IEnumerable<int> places)
    {
        var reached = new SortedSet<int>();
        var open = new Stack<int>(places);
        while (open.TryPop(out var place))
        {
            if (!reached.Add(place))
                continue;
            foreach (var target in _free[place])
                open.Push(target);
        }
        return [.. reached];
    }

    /// <summary>The places reached by taking a character.</summary>
    public IEnumerable<int> Step(int[] places, char character)
    {
        foreach (var place in places)
        {
            if (_edges[place] is { } edge && edge.Set[character])
                yield return edge.Target;
        }
    }

    /// <summary>Which of the pattern's sets a character is in.</summary>
    public string SignatureOf(char character) => string.Concat(_sets.Keys.Select(s => s[character] ? '1' : '0'));
}
