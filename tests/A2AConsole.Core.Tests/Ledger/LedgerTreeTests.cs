using A2AConsole.Core.Ledger;
using CsCheck;

namespace A2AConsole.Core.Tests.Ledger;

/// <summary>The writer's tree: equal to the naive one at every size, through reloads, groups kept and groups dropped.</summary>
public sealed class LedgerTreeTests
{
    private const int Sizes = 2000;

    [Fact]
    public void The_root_equals_the_naive_one_at_every_size()
    {
        var leaves = Naive.Leaves(Sizes);
        var source = LeafHashes.Of([.. leaves.Select(l => (ReadOnlyMemory<byte>)l)]);
        var kept = new KeptTree();
        Assert.Equal(Naive.Root([]), kept.Tree.Root());
        for (var size = 1; size <= Sizes; size++)
        {
            kept.Append([leaves[size - 1]]);
            var root = kept.Tree.Root();
            Assert.Equal(MerkleProofs.Root(size, source), root);
            // The recursion is quadratic over all sizes: a sample of it, and the sizes around tiles.
            if (size % 97 == 0 || size % 256 is 0 or 1 or 255)
            {
                Assert.Equal(Naive.Root(leaves.AsSpan(0, size)), root);
                Assert.Equal(root, kept.Edge.Root());
            }
        }
    }

    [Fact]
    public void A_tree_reloaded_from_its_edge_at_any_point_goes_on_the_same()
    {
        var leaves = Naive.Leaves(70_000);
        Gen.Int[0, 69_000].Sample(at =>
        {
            var first = new KeptTree();
            first.Append(leaves.Take(at));
            var root = first.Tree.Root();
            first.Reload();
            Assert.Equal(root, first.Tree.Root());
            first.Append(leaves.Skip(at).Take(777));
            Assert.Equal(LeafHashes.Of([.. leaves.Take(at + 777).Select(l => (ReadOnlyMemory<byte>)l)]).Root(), first.Tree.Root());
        }, iter: 12, threads: 1);
    }

    [Fact]
    public void Groups_kept_and_dropped_in_any_order_leave_only_what_was_kept()
    {
        var leaves = Naive.Leaves(100_000);
        Gen.Select(Gen.Int[0, 600], Gen.Bool).Array[1, 30].Sample(groups =>
        {
            var tree = new LedgerTree();
            var tiles = new Dictionary<(int, long), byte[]>();
            var handedOut = new List<(ReadOnlyMemory<byte> Tile, byte[] Copy)>();
            var kept = new List<byte[]>();
            var next = 0;
            foreach (var (count, keep) in groups)
            {
                var group = leaves.Skip(next).Take(count).ToList();
                next += count;
                tree.Begin();
                foreach (var leaf in group)
                    tree.Append(MerkleHash.Leaf(leaf));
                foreach (var tile in tree.Completed)
                    handedOut.Add((tile.Hashes, tile.Hashes.ToArray()));
                if (keep)
                {
                    foreach (var tile in tree.Completed)
                        tiles.Add((tile.Level, tile.Index), tile.Hashes.ToArray());
                    kept.AddRange(group);
                    tree.Commit();
                }
                else
                {
                    tree.Rollback();
                }
                var hashes = LeafHashes.Of([.. kept.Select(l => (ReadOnlyMemory<byte>)l)]);
                Assert.Equal(kept.Count, tree.Size);
                Assert.Equal(hashes.Root(), tree.Root());
                Assert.Equal(hashes.Root(), tree.Edge().Root());
                for (var i = 0; i < kept.Count / 256; i++)
                    Assert.Equal(kept.Skip(i * 256).Take(256).SelectMany(l => MerkleHash.Leaf(l)), tiles[(0, i)]);
            }
            foreach (var (tile, copy) in handedOut)
                Assert.True(tile.Span.SequenceEqual(copy), "a tile that was handed out changed later");
        }, iter: 40);
    }

    [Fact]
    public void Proofs_from_tiles_and_edge_are_the_in_memory_trees_for_every_size_up_to_now()
    {
        var leaves = Naive.Leaves(140_000);
        var all = LeafHashes.Of([.. leaves.Select(l => (ReadOnlyMemory<byte>)l)]);
        var kept = new KeptTree();
        kept.Append(leaves);
        var source = kept.Source();
        Gen.Select(Gen.Int[1, 140_000], Gen.Int[0, 1 << 24]).Sample((size, a) =>
        {
            Assert.Equal(MerkleProofs.Root(size, all), MerkleProofs.Root(size, source));
            Assert.Equal(MerkleProofs.Inclusion(a % size, size, all), MerkleProofs.Inclusion(a % size, size, source));
            Assert.Equal(MerkleProofs.Consistency(a % size + 1, size, all), MerkleProofs.Consistency(a % size + 1, size, source));
        }, iter: 150);
    }

    [Fact]
    public void The_tiles_named_as_needed_are_enough_and_exist_at_that_size()
    {
        var leaves = Naive.Leaves(70_000);
        var kept = new KeptTree();
        kept.Append(leaves);
        var edge = kept.Edge;
        Gen.Select(Gen.Int[1, 70_000], Gen.Int[0, 1 << 24]).Sample((size, a) =>
        {
            var index = a % size;
            var needed = TileHashes.Needed(MerkleProofs.InclusionNodes(index, size), size);
            var fetched = needed.ToDictionary(t => (t.Level, t.Index), t =>
            {
                Assert.InRange(t.Width, 1, 256);
                var tile = edge.Tile(t.Level, t.Index) is { IsEmpty: false } e ? e : kept.Tile(t.Level, t.Index);
                return tile[..(t.Width * 32)];
            });
            var path = MerkleProofs.Inclusion(index, size, new TileHashes((l, n) => fetched[(l, n)]));
            Assert.True(MerkleProofs.VerifyInclusion(MerkleHash.Leaf(leaves[index]), index, size, path, MerkleProofs.Root(size, kept.Source())));
        }, iter: 100);
    }

    [Fact]
    public void An_edge_that_does_not_fit_its_size_is_refused()
    {
        var kept = new KeptTree();
        kept.Append(Naive.Leaves(300));
        var blob = kept.Edge.Blob;
        Assert.Throws<FormatException>(() => TreeEdge.Parse(299, blob));
        Assert.Throws<FormatException>(() => TreeEdge.Parse(300, blob[..^1]));
        Assert.Throws<FormatException>(() => TreeEdge.Parse(300, new byte[] { 1 }));
        Assert.Throws<FormatException>(() => TreeEdge.Parse(300, blob.ToArray().Append((byte)0).ToArray()));
        Assert.Throws<FormatException>(() => TreeEdge.Parse(0, new byte[] { 1 }));
        Assert.Equal(kept.Tree.Root(), TreeEdge.Parse(300, blob).Root());
    }

    [Fact]
    public void Appending_outside_a_group_is_an_error()
    {
        var tree = new LedgerTree();
        Assert.Throws<InvalidOperationException>(() => tree.Append(new byte[32]));
        Assert.Throws<InvalidOperationException>(tree.Commit);
        tree.Begin();
        Assert.Throws<InvalidOperationException>(tree.Begin);
        Assert.Throws<ArgumentException>(() => tree.Append(new byte[31]));
        tree.Rollback();
        Assert.Equal(0, tree.Size);
    }
}
