namespace A2AConsole.Core.Provenance.Drawing;

/// <summary>
/// Draws a graph in layers from left to right after Sugiyama, Tagawa and Toda (1981): layers by longest path, long edges through stand-ins,
/// fewer crossings by barycentres, then places. The same graph is always drawn the same. Bounded: sweeps and stand-ins have a number.
/// </summary>
public static class LayeredLayout
{
    private const int Sweeps = 12, MostStandIns = 4000, Alignments = 6;

    /// <summary>Draws.</summary>
    /// <param name="nodes">The nodes' keys; the order breaks ties.</param>
    /// <param name="edges">From the node that goes left to the one that goes right. An edge of an unknown node or to itself is left out.</param>
    /// <param name="measures">How large.</param>
    public static DrawnGraph Draw(IReadOnlyList<string> nodes, IReadOnlyList<(string Left, string Right)> edges, DrawingMeasures measures)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in nodes)
            index.TryAdd(node, index.Count);
        var known = edges.Where(e => e.Left != e.Right && index.ContainsKey(e.Left) && index.ContainsKey(e.Right)).Distinct().ToList();
        var arcs = known.Select(e => (From: index[e.Left], To: index[e.Right])).ToList();
        var layers = new Layering(index.Count, arcs);
        var slots = new Slots(index.Count, layers, arcs, MostStandIns);
        var crossings = slots.ReduceCrossings(Sweeps);
        var y = slots.Place(measures, Alignments);

        var keys = index.Keys.ToList();
        double X(int layer) => measures.Margin + layer * (measures.Width + measures.Between);
        var placed = slots.Layers.SelectMany((layer, l) => layer.Where(s => s < keys.Count).Select(s => new PlacedNode(keys[s], X(l), y[s], l))).ToList();
        var lines = new List<PlacedEdge>(known.Count);
        for (var i = 0; i < known.Count; i++)
        {
            // A reversed arc closes a cycle: its line runs from left to right all the same.
            var chain = slots.Chains[i];
            var points = new List<(double X, double Y)>();
            foreach (var (slot, place) in chain.Index())
            {
                var middle = y[place] + measures.Height / 2;
                var left = X(slots.LayerOf[place]);
                if (slot > 0)
                    points.Add((left, middle));
                if (slot < chain.Count - 1)
                    points.Add((left + measures.Width, middle));
            }
            lines.Add(new(known[i].Left, known[i].Right, points));
        }
        return new(
            slots.Layers.Count == 0 ? 0 : X(slots.Layers.Count - 1) + measures.Width + measures.Margin,
            placed.Count == 0 ? 0 : placed.Max(p => p.Y) + measures.Height + measures.Margin, placed, lines, crossings);
    }
}
