using System.Diagnostics;
using A2AConsole.Core.Provenance.Drawing;
using CsCheck;

namespace A2AConsole.Core.Tests.Provenance.Drawing;

/// <summary>Drawings of any graphs: nothing lies upon another, every line goes to the right, the same is always drawn the same.</summary>
public sealed class LayeredLayoutTests
{
    private static readonly DrawingMeasures Measures = new();
    private static readonly Gen<List<(int, int)>> AnyGraph = Gen.Select(Gen.Int[0, 24], Gen.Int[0, 24]).List[0, 60];

    private static DrawnGraph Draw(int count, IEnumerable<(int, int)> edges) => LayeredLayout.Draw([.. Enumerable.Range(0, count).Select(i => $"n{i}")], [.. edges.Select(e => ($"n{e.Item1}", $"n{e.Item2}"))], Measures);

    [Fact]
    public void Nodes_never_overlap_lines_reach_their_nodes_and_all_is_inside()
        => AnyGraph.Sample(edges =>
        {
            var drawn = Draw(25, edges);
            Assert.Equal(25, drawn.Nodes.Select(n => n.Key).Distinct().Count());
            foreach (var layer in drawn.Nodes.GroupBy(n => n.Layer))
            {
                var y = layer.Select(n => n.Y).Order().ToList();
                for (var i = 1; i < y.Count; i++)
                    Assert.True(y[i] - y[i - 1] >= Measures.Height + Measures.Gap - 0.001);
            }
            var places = drawn.Nodes.ToDictionary(n => n.Key);
            Assert.All(drawn.Nodes, n => Assert.True(n.X >= 0 && n.Y >= 0 && n.X + Measures.Width <= drawn.Width && n.Y + Measures.Height <= drawn.Height));
            Assert.Equal(edges.Distinct().Count(e => e.Item1 != e.Item2), drawn.Edges.Count);
            foreach (var edge in drawn.Edges)
            {
                var ends = new[] { places[edge.From], places[edge.To] }.OrderBy(p => p.X).ToList();
                if (ends[0].Layer == ends[1].Layer)
                    continue;
                Assert.Equal((ends[0].X + Measures.Width, ends[0].Y + Measures.Height / 2), edge.Points[0]);
                Assert.Equal((ends[1].X, ends[1].Y + Measures.Height / 2), edge.Points[^1]);
                Assert.Equal(edge.Points.OrderBy(p => p.X).Select(p => p.X), edge.Points.Select(p => p.X));
            }
        }, iter: 1000);

    [Fact]
    public void Without_cycles_every_edge_leads_right()
        => AnyGraph.Sample(edges =>
        {
            var forward = edges.Where(e => e.Item1 != e.Item2).Select(e => e.Item1 < e.Item2 ? e : (e.Item2, e.Item1)).ToList();
            var drawn = Draw(25, forward);
            var layer = drawn.Nodes.ToDictionary(n => n.Key, n => n.Layer);
            Assert.All(forward, e => Assert.True(layer[$"n{e.Item1}"] < layer[$"n{e.Item2}"]));
        }, iter: 1000);

    [Fact]
    public void The_same_graph_is_drawn_the_same()
        => AnyGraph.Sample(edges => Assert.Equivalent(Draw(25, edges), Draw(25, edges), strict: true), iter: 100);

    [Fact]
    public void Crossings_that_need_not_be_are_not()
    {
        // Two ladders whose rungs are given crosswise.
        Assert.Equal(0, Draw(8, [(0, 5), (1, 4), (2, 7), (3, 6)]).Crossings);
        Assert.Equal(0, Draw(7, [(0, 1), (0, 2), (1, 6), (2, 3), (2, 4), (3, 6), (4, 6), (5, 6)]).Crossings);
    }

    [Fact]
    public void Nothing_and_one_are_drawn()
    {
        Assert.Empty(Draw(0, []).Nodes);
        Assert.Equal((244.0, 104.0), (Draw(1, [(0, 0)]).Width, Draw(1, []).Height));
    }

    [Fact]
    public void Two_hundred_nodes_and_a_chain_of_thousands_end()
    {
        var random = new Random(7);
#pragma warning disable CA5394 // Repeatable chance.
        var edges = Enumerable.Range(1, 199).SelectMany(i => Enumerable.Range(0, 2).Select(_ => (random.Next(Math.Max(0, i - 40), i), i))).ToList();
#pragma warning restore CA5394
        Draw(200, edges);
        var best = Enumerable.Range(0, 5).Min(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            Draw(200, edges);
            return Stopwatch.GetElapsedTime(started);
        });
        Assert.True(best < TimeSpan.FromMilliseconds(500), $"{best.TotalMilliseconds} ms");
        Assert.Equal(3000, Draw(3000, Enumerable.Range(1, 2999).Select(i => (i - 1, i))).Nodes.Count);
    }
}
