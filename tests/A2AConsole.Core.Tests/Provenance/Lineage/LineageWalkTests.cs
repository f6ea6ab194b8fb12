using A2AConsole.Core.Provenance.Lineage;
using CsCheck;

namespace A2AConsole.Core.Tests.Provenance.Lineage;

/// <summary>Walks over any graphs there may be: with cycles, diamonds and ends that nobody knows.</summary>
public sealed class LineageWalkTests
{
    private static readonly Gen<List<(int From, int To)>> AnyGraph = Gen.Select(Gen.Int[0, 29], Gen.Int[-3, 29]).List[0, 120].Select(pairs => pairs.Distinct().ToList());

    private static IReadOnlyList<LineageEdge> Edges(IEnumerable<(int From, int To)> pairs)
        => [.. pairs.Where(p => p.From != p.To).Select(p => new LineageEdge(p.From, p.To < 0 ? null : p.To, LineageKind.Digest, p.To < 0 ? $"{-p.To}" : $"digest{p.To}", "x"))];

    private static LineageGraph Walk(IReadOnlyList<LineageEdge> edges, LineageDirection direction, LineageLimits limits, HashSet<long>? opened = null, HashSet<string>? hidden = null, long start = 0)
    {
        var walk = new LineageWalk(start, direction, limits, opened, hidden);
        var rounds = 0;
        while (walk.Wanted.Count > 0)
        {
            Assert.True(++rounds <= 1000, "the walk does not end");
            walk.Take(walk.Wanted.ToDictionary(w => w.Leaf, w =>
            {
                var all = edges.Where(e => (direction == LineageDirection.Backward ? e.From : e.To) == w.Leaf).ToList();
                return new LineagePage([.. all.Take(w.Take)], all.Count);
            }));
        }
        return walk.Graph;
    }

    [Fact]
    public void Without_limits_it_finds_what_can_be_reached_and_each_once()
        => AnyGraph.Sample(pairs =>
        {
            var edges = Edges(pairs);
            foreach (var direction in Enum.GetValues<LineageDirection>())
            {
                var graph = Walk(edges, direction, new(100, 1000, 1000));
                var reached = new HashSet<string> { "m0" };
                // All of a round are added, so that the rounds end.
                while (edges.Where(e => direction == LineageDirection.Backward ? reached.Contains($"m{e.From}") : e.To is { } t && reached.Contains($"m{t}"))
                    .ToList().FindAll(e => reached.Add(direction == LineageDirection.Forward ? $"m{e.From}" : e.To is { } t ? $"m{t}" : "d" + e.Target)).Count > 0)
                {
                }
                Assert.Equal(reached.Order(), graph.Nodes.Select(n => n.Key).Order());
                Assert.All(graph.Nodes, n => Assert.Equal(0, n.More));
                Assert.False(graph.IsFull);
                var reach = new LineageReach(0);
                while (reach.Wanted.Count > 0)
                    reach.Take(edges.Where(e => e.To is { } t && reach.Wanted.Contains(t)).Select(e => e.From).ToList());
                if (direction == LineageDirection.Forward)
                    Assert.Equal(graph.Nodes.Skip(1).Select(n => n.Leaf!.Value).Order(), reach.Found.Order());
            }
        }, iter: 2000);

    [Fact]
    public void Limits_hold_and_what_is_left_out_is_counted()
        => Gen.Select(AnyGraph, Gen.Int[0, 4], Gen.Int[1, 20], Gen.Int[0, 4]).Sample((pairs, depth, nodes, fan) =>
        {
            var edges = Edges(pairs);
            var graph = Walk(edges, LineageDirection.Backward, new(depth, nodes, fan));
            Assert.True(graph.Nodes.Count <= nodes);
            Assert.All(graph.Nodes, n => Assert.True(n.Depth <= depth));
            Assert.Equal(graph.Nodes.Count, graph.Nodes.Select(n => n.Key).Distinct().Count());
            var keys = graph.Nodes.Select(n => n.Key).ToHashSet();
            Assert.All(graph.Edges, e => Assert.True(keys.Contains(e.From) && keys.Contains(e.To)));
            foreach (var node in graph.Nodes.Where(n => n.Leaf is not null))
            {
                var all = edges.Count(e => e.From == node.Leaf);
                var shown = graph.Edges.Count(e => e.From == node.Key);
                Assert.Equal(all, shown + node.More);
            }
        }, iter: 2000);

    [Fact]
    public void An_opened_message_shows_more_and_a_hidden_one_nothing_behind_it()
    {
        var edges = Edges([.. Enumerable.Range(1, 20).Select(i => (0, i)), (5, 25), (25, 26)]);
        var narrow = Walk(edges, LineageDirection.Backward, new(1, 200, 4));
        Assert.Equal((5, 16), (narrow.Nodes.Count, narrow.Nodes[0].More));
        var open = Walk(edges, LineageDirection.Backward, new(1, 200, 4), opened: [0, 5]);
        Assert.Equal((22, 0), (open.Nodes.Count, open.Nodes[0].More));
        Assert.Equal(1, open.Nodes.Single(n => n.Key == "m25").More);
        var hidden = Walk(edges, LineageDirection.Backward, new(9, 200, 100), hidden: ["m5"]);
        Assert.DoesNotContain(hidden.Nodes, n => n.Key is "m5" or "m25" or "m26");
        Assert.Equal((1, 0), (hidden.Hidden, hidden.Nodes[0].More));
    }

    [Fact]
    public void The_surer_way_of_naming_counts()
    {
        LineageEdge[] edges = [new(0, 1, LineageKind.Reference, "proposal:p", "proposal:p"), new(0, 1, LineageKind.Digest, "ab", "p")];
        Assert.Equal(LineageKind.Digest, Assert.Single(Walk(edges, LineageDirection.Backward, new()).Edges).Kind);
    }

    [Fact]
    public void Reach_ends_at_its_bound_and_says_so()
    {
        var reach = new LineageReach(0, most: 10);
        reach.Take([1, 2, 3, 1, 0]);
        Assert.Equal([1L, 2, 3], reach.Wanted);
        Assert.False(reach.IsFull);
        reach.Take([.. Enumerable.Range(1, 50).Select(i => (long)i)]);
        Assert.Equal((10, true, 0), (reach.Found.Count, reach.IsFull, reach.Wanted.Count));
    }
}
