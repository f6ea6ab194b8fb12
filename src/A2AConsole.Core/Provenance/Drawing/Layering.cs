namespace A2AConsole.Core.Provenance.Drawing;

/// <summary>Which layer each node is in: right of everything that leads to it. Arcs that close a cycle count in the other direction.</summary>
internal sealed class Layering
{
    public Layering(int count, IReadOnlyList<(int From, int To)> arcs)
    {
        Reversed = new bool[arcs.Count];
        var outgoing = new List<int>[count];
        for (var i = 0; i < count; i++)
            outgoing[i] = [];
        foreach (var (arc, i) in arcs.Select((a, i) => (a, i)))
            outgoing[arc.From].Add(i);
        var order = Order(count, arcs, outgoing);
        Of = new int[count];
        foreach (var node in order)
        {
            foreach (var arc in outgoing[node].Where(a => !Reversed[a]))
                Of[arcs[arc].To] = Math.Max(Of[arcs[arc].To], Of[node] + 1);
        }
        // A node that nothing leads to stands right beside the nearest of those that it leads to, not at the far left.
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var node = order[i];
            var nearest = int.MaxValue;
            foreach (var arc in outgoing[node].Where(a => !Reversed[a]))
                nearest = Math.Min(nearest, Of[arcs[arc].To]);
            if (nearest < int.MaxValue && nearest - 1 > Of[node])
                Of[node] = nearest - 1;
        }
        // Reversed arcs may now lie within a layer; nothing but their drawing depends on it.
    }

    /// <summary>The layer of each node, from 0.</summary>
    public int[] Of { get; }

    /// <summary>Which arcs close a cycle.</summary>
    public bool[] Reversed { get; }

    /// <summary>A topological order; what leads back into the path that is being walked is reversed. Iterative: a chain may be long.</summary>
    private List<int> Order(int count, IReadOnlyList<(int From, int To)> arcs, List<int>[] outgoing)
    {
        var state = new byte[count];
        var done = new List<int>(count);
        var stack = new Stack<(int Node, int Next)>();
        for (var start = 0; start < count; start++)
        {
            if (state[start] != 0)
                continue;
            state[start] = 1;
            stack.Push((start, 0));
            while (stack.TryPop(out var at))
            {
                if (at.Next == outgoing[at.Node].Count)
                {
                    state[at.Node] = 2;
                    done.Add(at.Node);
                    continue;
                }
                stack.Push((at.Node, at.Next + 1));
                var arc = outgoing[at.Node][at.Next];
                var to = arcs[arc].To;
                if (state[to] == 1)
                {
                    Reversed[arc] = true;
                }
                else if (state[to] == 0)
                {
                    state[to] = 1;
                    stack.Push((to, 0));
                }
            }
        }
        done.Reverse();
        return done;
    }
}
