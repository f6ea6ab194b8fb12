namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>How much of a lineage is walked before the reader asks for more.</summary>
/// <param name="Depth">Steps from the start.</param>
/// <param name="Nodes">Messages and documents in all.</param>
/// <param name="Fan">Neighbours of one message.</param>
/// <param name="Opened">Neighbours of one that the reader opened.</param>
public sealed record LineageLimits(int Depth = 6, int Nodes = 200, int Fan = 8, int Opened = 100);

/// <summary>What the walk asks for: the edges of a message in the walk's direction, oldest first.</summary>
/// <param name="Leaf">The message.</param>
/// <param name="Take">At most so many; none when only their number is asked for.</param>
public sealed record LineageRequest(long Leaf, int Take);

/// <summary>What it is given.</summary>
/// <param name="Edges">At most as many as were asked for.</param>
/// <param name="Total">How many there are.</param>
public sealed record LineagePage(IReadOnlyList<LineageEdge> Edges, int Total);

/// <summary>A message or a document in a graph.</summary>
/// <param name="Key"><c>m</c> and the leaf, or <c>d</c> and the name of what no message is known for.</param>
/// <param name="Leaf">The message's leaf; null for a document.</param>
/// <param name="Name">What it was called.</param>
/// <param name="Depth">Steps from the start.</param>
/// <param name="More">How many of its neighbours are not in the graph.</param>
public sealed record GraphNode(string Key, long? Leaf, string Name, int Depth, int More);

/// <summary>An edge of a graph, from what derives to what it derives from.</summary>
/// <param name="From">The key of the deriving message.</param>
/// <param name="To">The key of what it derives from.</param>
/// <param name="Kind">The stronger, when it names it in both ways.</param>
/// <param name="Name">What it calls it.</param>
/// <param name="Target">By what it names it: see <see cref="LineageReference.Target"/>.</param>
public sealed record GraphEdge(string From, string To, LineageKind Kind, string Name, string Target);

/// <summary>A bounded piece of the lineage.</summary>
/// <param name="Nodes">In the order in which the walk came to them; the start first.</param>
/// <param name="Edges">Between these nodes only.</param>
/// <param name="Hidden">How many nodes the reader's choice left out.</param>
/// <param name="IsFull">Whether the bound on all nodes ended it.</param>
public sealed record LineageGraph(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges, int Hidden, bool IsFull);

/// <summary>
/// Walks the lineage breadth first, a level at a time: the caller looks up what <see cref="Wanted"/> names and hands it to <see cref="Take"/>,
/// until nothing is wanted. Each message is walked once, so cycles end and diamonds meet again. Pure, and bounded by its limits.
/// </summary>
public sealed class LineageWalk
{
    private readonly LineageDirection _direction;
    private readonly LineageLimits _limits;
    private readonly IReadOnlySet<long> _opened;
    private readonly IReadOnlySet<string> _hidden;
    private readonly Dictionary<string, GraphNode> _nodes = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<(string, string), GraphEdge> _edges = [];
    private readonly HashSet<string> _left = [];
    private bool _full;

    /// <param name="start">The message that it begins with.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="limits">How far.</param>
    /// <param name="opened">Messages that the reader wants to see more of.</param>
    /// <param name="hidden">Keys of nodes that the reader does not want to see; nothing is walked through them.</param>
    public LineageWalk(long start, LineageDirection direction, LineageLimits limits, IReadOnlySet<long>? opened = null, IReadOnlySet<string>? hidden = null)
    {
        (_direction, _limits, _opened, _hidden) = (direction, limits, opened ?? new HashSet<long>(), hidden ?? new HashSet<string>());
        var key = KeyOf(start);
        _nodes[key] = new(key, start, "", 0, 0);
        _order.Add(key);
        Wanted = [Request(start, 0)];
    }

    /// <summary>What has to be looked up now; empty at the end.</summary>
    public IReadOnlyList<LineageRequest> Wanted { get; private set; }

    /// <summary>What was walked so far.</summary>
    public LineageGraph Graph => new(
        [.. _order.Select(k => _nodes[k])], [.. _edges.Values.Where(e => _nodes.ContainsKey(e.From) && _nodes.ContainsKey(e.To))], _left.Count, _full);

    /// <summary>A message's key.</summary>
    public static string KeyOf(long leaf) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"m{leaf}");

    /// <summary>The key of what no message is known for.</summary>
    public static string KeyOf(string target) => "d" + target;

    /// <summary>Takes the answers to all of <see cref="Wanted"/>; what is not answered has no edges.</summary>
    public void Take(IReadOnlyDictionary<long, LineagePage> pages)
    {
        var next = new List<LineageRequest>();
        foreach (var request in Wanted)
        {
            if (!pages.TryGetValue(request.Leaf, out var page))
                continue;
            var key = KeyOf(request.Leaf);
            var shown = 0;
            foreach (var edge in page.Edges.Take(request.Take))
                shown += Follow(edge, _nodes[key].Depth + 1, next) ? 1 : 0;
            _nodes[key] = _nodes[key] with { More = Math.Max(0, page.Total - shown) };
        }
        Wanted = next;
    }

    /// <summary>Adds the edge's other end; false when it is left out for want of room.</summary>
    private bool Follow(LineageEdge edge, int depth, List<LineageRequest> next)
    {
        var leaf = _direction == LineageDirection.Backward ? edge.To : edge.From;
        var key = leaf is { } known ? KeyOf(known) : KeyOf(edge.Target);
        if (_hidden.Contains(key))
        {
            _left.Add(key);
            return true;
        }
        if (!_nodes.ContainsKey(key))
        {
            if (_nodes.Count >= _limits.Nodes)
            {
                _full = true;
                return false;
            }
            _nodes[key] = new(key, leaf, edge.Name, depth, 0);
            _order.Add(key);
            if (leaf is { } message)
                next.Add(Request(message, depth));
        }
        var (from, to) = (KeyOf(edge.From), edge.To is { } target ? KeyOf(target) : KeyOf(edge.Target));
        // A message that names another both by digest and by id derives from it once, and surely.
        if (!_edges.TryGetValue((from, to), out var there) || there.Kind == LineageKind.Reference && edge.Kind == LineageKind.Digest)
            _edges[(from, to)] = new(from, to, edge.Kind, edge.Name, edge.Target);
        return true;
    }

    private LineageRequest Request(long leaf, int depth)
        => new(leaf, _opened.Contains(leaf) ? _limits.Opened : depth >= _limits.Depth ? 0 : _limits.Fan);
}
