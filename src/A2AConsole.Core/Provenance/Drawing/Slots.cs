namespace A2AConsole.Core.Provenance.Drawing;

/// <summary>
/// The layers' slots: nodes (numbered as they were given) and, after them, the stand-ins of edges that pass a layer. Orders them and gives them
/// places.
/// </summary>
internal sealed class Slots
{
    private readonly List<List<int>> _left = [];
    private readonly List<List<int>> _right = [];
    private readonly List<int> _layerOf = [];

    public Slots(int count, Layering layering, IReadOnlyList<(int From, int To)> arcs, int mostStandIns)
    {
        var depth = count == 0 ? 0 : layering.Of.Max() + 1;
        Layers = [.. Enumerable.Range(0, depth).Select(_ => new List<int>())];
        for (var i = 0; i < count; i++)
            Add(layering.Of[i]);
        foreach (var (from, to) in arcs)
        {
            var (a, b) = layering.Of[from] <= layering.Of[to] ? (from, to) : (to, from);
            var chain = new List<int> { a };
            var between = layering.Of[b] - layering.Of[a] - 1;
            if (between > 0 && _layerOf.Count - count + between <= mostStandIns)
            {
                for (var layer = layering.Of[a] + 1; layer < layering.Of[b]; layer++)
                    chain.Add(Add(layer));
            }
            chain.Add(b);
            for (var i = 1; i < chain.Count; i++)
            {
                if (_layerOf[chain[i]] != _layerOf[chain[i - 1]] + 1)
                    continue;
                _right[chain[i - 1]].Add(chain[i]);
                _left[chain[i]].Add(chain[i - 1]);
            }
            Chains.Add(chain);
        }
    }

    public List<List<int>> Layers { get; private set; }

    /// <summary>Each arc's slots from left to right.</summary>
    public List<List<int>> Chains { get; } = [];

    public IReadOnlyList<int> LayerOf => _layerOf;

    /// <summary>Orders the layers by barycentres, forth and back, and keeps the best order seen; returns its crossings.</summary>
    public int ReduceCrossings(int sweeps)
    {
        var best = Copy();
        var fewest = Crossings();
        for (var sweep = 0; sweep < sweeps && fewest > 0; sweep++)
        {
            var forth = sweep % 2 == 0;
            for (var i = 1; i < Layers.Count; i++)
            {
                var layer = forth ? i : Layers.Count - 1 - i;
                Sort(layer, forth ? _left : _right);
            }
            if (Crossings() is var now && now < fewest)
                (fewest, best) = (now, Copy());
        }
        Layers = best;
        return fewest;
    }

    /// <summary>The upper edge of each slot: near its neighbours, in the layer's order, never closer than the gap.</summary>
    public double[] Place(DrawingMeasures measures, int alignments)
    {
        var y = new double[_layerOf.Count];
        var step = measures.Height + measures.Gap;
        foreach (var layer in Layers)
            for (var i = 0; i < layer.Count; i++)
                y[layer[i]] = (i - (layer.Count - 1) / 2.0) * step;
        for (var round = 0; round < alignments; round++)
        {
            var forth = round % 2 == 0;
            for (var i = 0; i < Layers.Count; i++)
                Align(Layers[forth ? i : Layers.Count - 1 - i], forth ? _left : _right, y, step);
        }
        var top = y.Length == 0 ? 0 : y.Min();
        for (var i = 0; i < y.Length; i++)
            y[i] += measures.Margin - top;
        return y;
    }

    private int Add(int layer)
    {
        var slot = _layerOf.Count;
        _layerOf.Add(layer);
        _left.Add([]);
        _right.Add([]);
        Layers[layer].Add(slot);
        return slot;
    }

    private List<List<int>> Copy() => [.. Layers.Select(l => l.ToList())];

    private int[] Positions()
    {
        var position = new int[_layerOf.Count];
        foreach (var layer in Layers)
            for (var i = 0; i < layer.Count; i++)
                position[layer[i]] = i;
        return position;
    }

    private void Sort(int layer, List<List<int>> neighbours)
    {
        var position = Positions();
        Layers[layer] = [.. Layers[layer].Select(s => (Slot: s, Centre: neighbours[s].Count == 0 ? position[s] : neighbours[s].Average(n => position[n])))
            .OrderBy(s => s.Centre).ThenBy(s => position[s.Slot]).Select(s => s.Slot)];
    }

    /// <summary>Crossings between neighbouring layers: inversions, counted with a Fenwick tree (Barth, Mutzel and Jünger, 2004).</summary>
    private int Crossings()
    {
        var position = Positions();
        var crossings = 0;
        for (var l = 0; l + 1 < Layers.Count; l++)
        {
            var tree = new int[Layers[l + 1].Count + 1];
            var seen = 0;
            foreach (var slot in Layers[l])
            {
                var ends = _right[slot].Select(s => position[s]).Order().ToList();
                foreach (var end in ends)
                    crossings += seen - Sum(tree, end + 1);
                foreach (var end in ends)
                {
                    for (var i = end + 1; i < tree.Length; i += i & -i)
                        tree[i]++;
                    seen++;
                }
            }
        }
        return crossings;
    }

    private static int Sum(int[] tree, int until)
    {
        var sum = 0;
        for (var i = until; i > 0; i -= i & -i)
            sum += tree[i];
        return sum;
    }

    // Wishes are granted as a whole: pushed apart from the top and from the bottom, the middle of both keeps order and gap.
    private static void Align(List<int> layer, List<List<int>> neighbours, double[] y, double step)
    {
        if (layer.Count == 0)
            return;
        var wish = layer.Select(s => neighbours[s].Count == 0 ? y[s] : Median([.. neighbours[s].Select(n => y[n]).Order()])).ToArray();
        var (down, up) = ((double[])wish.Clone(), (double[])wish.Clone());
        for (var i = 1; i < wish.Length; i++)
            down[i] = Math.Max(wish[i], down[i - 1] + step);
        for (var i = wish.Length - 2; i >= 0; i--)
            up[i] = Math.Min(wish[i], up[i + 1] - step);
        for (var i = 0; i < wish.Length; i++)
            y[layer[i]] = (down[i] + up[i]) / 2;
    }

    private static double Median(double[] sorted)
        => sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
}
