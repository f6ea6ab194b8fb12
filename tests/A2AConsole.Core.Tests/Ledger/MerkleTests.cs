using A2AConsole.Core.Ledger;
using CsCheck;

namespace A2AConsole.Core.Tests.Ledger;

/// <summary>Hashing and proofs, judged by published vectors and by RFC 6962's own recursive definitions.</summary>
public sealed class MerkleTests
{
    // The eight leaves and roots that Certificate Transparency's implementations test with.
    private static readonly byte[][] CtLeaves =
    [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];

    private static readonly string[] CtRoots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void The_roots_of_the_published_test_tree_are_given_by_every_way_to_a_root()
    {
        var tree = new KeptTree();
        for (var size = 1; size <= CtLeaves.Length; size++)
        {
            tree.Append([CtLeaves[size - 1]]);
            var hashes = LeafHashes.Of([.. CtLeaves.Take(size).Select(l => (ReadOnlyMemory<byte>)l)]);
            Assert.Equal(CtRoots[size - 1], Convert.ToHexStringLower(tree.Tree.Root()));
            Assert.Equal(CtRoots[size - 1], Convert.ToHexStringLower(tree.Edge.Root()));
            Assert.Equal(CtRoots[size - 1], Convert.ToHexStringLower(hashes.Root()));
        }
    }

    [Fact]
    public void The_published_proofs_of_the_test_tree_are_made_and_verify()
    {
        var hashes = LeafHashes.Of([.. CtLeaves.Select(l => (ReadOnlyMemory<byte>)l)]);
        // Inclusion of leaf 5 of 8 and consistency from 6 to 8, as in the CT test data.
        string[] inclusion =
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        string[] consistency =
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        Assert.Equal(inclusion, hashes.Path(5).Select(Convert.ToHexStringLower));
        Assert.Equal(consistency, MerkleProofs.Consistency(6, 8, hashes).Select(Convert.ToHexStringLower));
        Assert.True(MerkleProofs.VerifyInclusion(MerkleHash.Leaf(CtLeaves[5]), 5, 8, hashes.Path(5), hashes.Root()));
        Assert.True(MerkleProofs.VerifyConsistency(6, 8, MerkleProofs.Consistency(6, 8, hashes), Convert.FromHexString(CtRoots[5]), hashes.Root()));
    }

    [Fact]
    public void The_empty_tree_has_the_hash_of_nothing_as_root()
        => Assert.Equal(Naive.Root([]), MerkleProofs.Root(0, new LeafHashes([])));

    [Fact]
    public void Long_leaves_hash_as_short_ones_do()
    {
        foreach (var length in new[] { 0, 1, 1022, 1023, 1024, 1025, 70_000 })
        {
            var leaf = new byte[length];
            new Random(length).NextBytes(leaf);
            Assert.Equal(Naive.Leaf(leaf), MerkleHash.Leaf(leaf));
        }
    }

    [Fact]
    public void Every_proof_of_every_small_tree_is_the_RFCs_and_verifies()
    {
        var leaves = Naive.Leaves(70);
        for (var size = 1; size <= leaves.Length; size++)
        {
            var tree = leaves[..size];
            var source = LeafHashes.Of([.. tree.Select(l => (ReadOnlyMemory<byte>)l)]);
            var root = Naive.Root(tree);
            for (var m = 0; m < size; m++)
            {
                var path = MerkleProofs.Inclusion(m, size, source);
                Assert.Equal(Naive.Path(m, tree), path);
                Assert.True(MerkleProofs.VerifyInclusion(Naive.Leaf(tree[m]), m, size, path, root));
                Assert.True(MerkleProofs.VerifyInclusion(Naive.Leaf(tree[m]), m, size, path.SelectMany(h => h).ToArray(), root));
            }
            for (var m = 1; m <= size; m++)
            {
                var proof = MerkleProofs.Consistency(m, size, source);
                Assert.Equal(Naive.Proof(m, tree), proof);
                Assert.True(MerkleProofs.VerifyConsistency(m, size, proof, Naive.Root(tree.AsSpan(0, m)), root));
            }
        }
    }

    [Fact]
    public void A_proof_with_any_bit_flipped_or_any_hash_dropped_added_or_moved_fails()
    {
        var leaves = Naive.Leaves(3000);
        var source = LeafHashes.Of([.. leaves.Select(l => (ReadOnlyMemory<byte>)l)]);
        Gen.Select(Gen.Int[1, 3000], Gen.Int[0, 1 << 20], Gen.Int[0, 1 << 20]).Sample((size, a, b) =>
        {
            var root = MerkleProofs.Root(size, source);
            var index = a % size;
            var leaf = MerkleHash.Leaf(leaves[index]);
            var path = MerkleProofs.Inclusion(index, size, source);
            Assert.True(MerkleProofs.VerifyInclusion(leaf, index, size, path, root));
            Assert.False(MerkleProofs.VerifyInclusion(Flipped(leaf, b), index, size, path, root));
            Assert.False(MerkleProofs.VerifyInclusion(leaf, index, size, path, Flipped(root, b)));
            foreach (var bad in Damaged(path, b))
                Assert.False(MerkleProofs.VerifyInclusion(leaf, index, size, bad, root));
            Assert.False(size > 1 && MerkleProofs.VerifyInclusion(leaf, (index + 1) % size, size, path, root));

            var from = b % size + 1;
            var fromRoot = MerkleProofs.Root(from, source);
            var proof = MerkleProofs.Consistency(from, size, source);
            Assert.True(MerkleProofs.VerifyConsistency(from, size, proof, fromRoot, root));
            Assert.False(MerkleProofs.VerifyConsistency(from, size, proof, Flipped(fromRoot, a), root));
            Assert.False(MerkleProofs.VerifyConsistency(from, size, proof, fromRoot, Flipped(root, a)));
            foreach (var bad in Damaged(proof, a))
                Assert.False(MerkleProofs.VerifyConsistency(from, size, bad, fromRoot, root));
        }, iter: 400);
    }

    [Fact]
    public void Sizes_that_make_no_sense_are_refused_and_never_loop()
    {
        var hash = new byte[32];
        Assert.False(MerkleProofs.VerifyInclusion(hash, 0, 0, Array.Empty<byte>(), hash));
        Assert.False(MerkleProofs.VerifyInclusion(hash, -1, 5, Array.Empty<byte>(), hash));
        Assert.False(MerkleProofs.VerifyInclusion(hash, 5, 5, [hash], hash));
        Assert.False(MerkleProofs.VerifyInclusion(hash, long.MaxValue - 1, long.MaxValue, [.. Enumerable.Repeat(hash, 63)], hash));
        Assert.False(MerkleProofs.VerifyInclusion(hash, 0, 2, [new byte[31]], hash));
        Assert.False(MerkleProofs.VerifyInclusion(hash, 0, 2, new byte[33], hash));
        Assert.False(MerkleProofs.VerifyConsistency(3, 2, [], hash, hash));
        Assert.False(MerkleProofs.VerifyConsistency(-1, 2, [], hash, hash));
        Assert.False(MerkleProofs.VerifyConsistency(3, 7, [], hash, hash));
        Assert.False(MerkleProofs.VerifyConsistency(long.MaxValue - 1, long.MaxValue, [hash], hash, hash));
        Assert.False(MerkleProofs.VerifyConsistency(0, 0, [], MerkleHash.EmptyRoot, hash));
        Assert.True(MerkleProofs.VerifyConsistency(0, 4, [], MerkleHash.EmptyRoot, hash));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProofs.Inclusion(3, 3, new LeafHashes(new byte[96])));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProofs.Consistency(4, 3, new LeafHashes(new byte[96])));
    }

    private static IEnumerable<IReadOnlyList<byte[]>> Damaged(IReadOnlyList<byte[]> path, int bit)
    {
        yield return [.. path, new byte[32]];
        if (path.Count == 0)
            yield break;
        yield return [.. path.Skip(1)];
        yield return [.. path.SkipLast(1)];
        var at = bit % path.Count;
        yield return [.. path.Take(at), Flipped(path[at], bit), .. path.Skip(at + 1)];
        if (path.Count > 1)
            yield return [.. path.Skip(1), path[0]];
    }

    private static byte[] Flipped(byte[] hash, int bit)
    {
        var flipped = (byte[])hash.Clone();
        flipped[bit / 8 % 32] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
