using System.Numerics;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// Inclusion and consistency proofs of RFC 6962 trees: made from the hashes of complete subtrees, and verified by the
/// algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2. Verifying allocates nothing.
/// </summary>
public static class MerkleProofs
{
    /// <summary>The root of the tree of <paramref name="size"/> leaves, 32 bytes.</summary>
    public static byte[] Root(long size, IHashSource source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? MerkleHash.EmptyRoot.ToArray() : Subtree(0, size, source);
    }

    /// <summary>The inclusion path (leaf's sibling first) of a leaf in the tree of <paramref name="size"/> leaves.</summary>
    public static IReadOnlyList<byte[]> Inclusion(long index, long size, IHashSource source)
        => Hashes(InclusionRanges(index, size), source);

    /// <summary>The consistency proof between two sizes. Empty when they are equal or <paramref name="from"/> is 0.</summary>
    public static IReadOnlyList<byte[]> Consistency(long from, long to, IHashSource source)
        => Hashes(ConsistencyRanges(from, to), source);

    /// <summary>The complete subtrees that <see cref="Root"/> reads: for fetching ahead.</summary>
    public static IReadOnlyList<TreeNode> RootNodes(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return [.. Cover(0, size)];
    }

    /// <summary>The complete subtrees that <see cref="Inclusion"/> reads: for fetching ahead.</summary>
    public static IReadOnlyList<TreeNode> InclusionNodes(long index, long size)
        => [.. InclusionRanges(index, size).SelectMany(r => Cover(r.Start, r.End))];

    /// <summary>The complete subtrees that <see cref="Consistency"/> reads: for fetching ahead.</summary>
    public static IReadOnlyList<TreeNode> ConsistencyNodes(long from, long to)
        => [.. ConsistencyRanges(from, to).SelectMany(r => Cover(r.Start, r.End))];

    /// <summary>Whether <paramref name="path"/> proves the leaf at <paramref name="index"/> under <paramref name="root"/>.</summary>
    public static bool VerifyInclusion(ReadOnlySpan<byte> leafHash, long index, long size, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        foreach (var hash in path)
            if (hash.Length != MerkleHash.Size)
                return false;
        return VerifyInclusion(leafHash, index, size, new Path(path), root);
    }

    /// <summary>As the other overload, with the path's hashes one after the other (32 bytes each).</summary>
    public static bool VerifyInclusion(ReadOnlySpan<byte> leafHash, long index, long size, ReadOnlySpan<byte> path, ReadOnlySpan<byte> root)
        => path.Length % MerkleHash.Size == 0 && VerifyInclusion(leafHash, index, size, new Path(path), root);

    /// <summary>
    /// Whether <paramref name="proof"/> proves that the tree of <paramref name="to"/> leaves and root <paramref name="toRoot"/>
    /// only appended to the one of <paramref name="from"/> leaves and root <paramref name="fromRoot"/>.
    /// </summary>
    public static bool VerifyConsistency(long from, long to, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> fromRoot, ReadOnlySpan<byte> toRoot)
    {
        if (from < 0 || to < from || fromRoot.Length != MerkleHash.Size || toRoot.Length != MerkleHash.Size)
            return false;
        foreach (var hash in proof)
            if (hash.Length != MerkleHash.Size)
                return false;
        if (from == 0)
            return proof.Count == 0 && fromRoot.SequenceEqual(MerkleHash.EmptyRoot) && (to > 0 || toRoot.SequenceEqual(fromRoot));
        if (from == to)
            return proof.Count == 0 && fromRoot.SequenceEqual(toRoot);

        // RFC 9162 §2.1.4.2: a first tree that is one complete subtree is its own first node.
        var next = 0;
        Span<byte> first = stackalloc byte[MerkleHash.Size];
        Span<byte> second = stackalloc byte[MerkleHash.Size];
        if (BitOperations.IsPow2(from))
            fromRoot.CopyTo(first);
        else if (proof.Count == 0)
            return false;
        else
            proof[next++].CopyTo(first);
        first.CopyTo(second);
        var fn = from - 1;
        var sn = to - 1;
        while ((fn & 1) != 0)
        {
            fn >>= 1;
            sn >>= 1;
        }
        for (; next < proof.Count; next++)
        {
            if (sn == 0)
                return false;
            var hash = proof[next];
            if ((fn & 1) != 0 || fn == sn)
            {
                MerkleHash.Node(hash, first, first);
                MerkleHash.Node(hash, second, second);
                while ((fn & 1) == 0 && fn != 0)
                {
                    fn >>= 1;
                    sn >>= 1;
                }
            }
            else
            {
                MerkleHash.Node(second, hash, second);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && first.SequenceEqual(fromRoot) && second.SequenceEqual(toRoot);
    }

    // RFC 9162 §2.1.3.2.
    private static bool VerifyInclusion(ReadOnlySpan<byte> leafHash, long index, long size, Path path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || leafHash.Length != MerkleHash.Size || root.Length != MerkleHash.Size)
            return false;
        Span<byte> hash = stackalloc byte[MerkleHash.Size];
        leafHash.CopyTo(hash);
        var fn = index;
        var sn = size - 1;
        for (var i = 0; i < path.Count; i++)
        {
            if (sn == 0)
                return false;
            if ((fn & 1) != 0 || fn == sn)
            {
                MerkleHash.Node(path[i], hash, hash);
                while ((fn & 1) == 0 && fn != 0)
                {
                    fn >>= 1;
                    sn >>= 1;
                }
            }
            else
            {
                MerkleHash.Node(hash, path[i], hash);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && hash.SequenceEqual(root);
    }

    private static List<(long Start, long End)> InclusionRanges(long index, long size)
    {
        if (index < 0 || index >= size)
            throw new ArgumentOutOfRangeException(nameof(index), $"leaf {index} is not in a tree of {size}");
        var ranges = new List<(long Start, long End)>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + Split(end - start);
            if (index < middle)
            {
                ranges.Add((middle, end));
                end = middle;
            }
            else
            {
                ranges.Add((start, middle));
                start = middle;
            }
        }
        ranges.Reverse();
        return ranges;
    }

    private static List<(long Start, long End)> ConsistencyRanges(long from, long to)
    {
        if (from < 0 || from > to)
            throw new ArgumentOutOfRangeException(nameof(from), $"a tree of {from} cannot precede one of {to}");
        var ranges = new List<(long Start, long End)>();
        if (from == 0 || from == to)
            return ranges;
        // RFC 9162 §2.1.4.1, unrolled: the range in hand always reaches beyond the first tree until it is within it.
        var (start, end) = (0L, to);
        while (end > from)
        {
            var middle = start + Split(end - start);
            if (from <= middle)
            {
                ranges.Add((middle, end));
                end = middle;
            }
            else
            {
                ranges.Add((start, middle));
                start = middle;
            }
        }
        if (start > 0)
            ranges.Add((start, end));
        ranges.Reverse();
        return ranges;
    }

    /// <summary>The largest power of two below <paramref name="count"/> (at least 2).</summary>
    private static long Split(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));

    /// <summary>The complete subtrees of a range that starts where one of its size may start, largest first.</summary>
    private static IEnumerable<TreeNode> Cover(long start, long end)
    {
        while (start < end)
        {
            var level = 63 - BitOperations.LeadingZeroCount((ulong)(end - start));
            yield return new TreeNode(level, start >> level);
            start += 1L << level;
        }
    }

    private static IReadOnlyList<byte[]> Hashes(IEnumerable<(long Start, long End)> ranges, IHashSource source)
        => [.. ranges.Select(r => Subtree(r.Start, r.End, source))];

    private static byte[] Subtree(long start, long end, IHashSource source)
    {
        var nodes = Cover(start, end).ToArray();
        var hash = new byte[MerkleHash.Size];
        Span<byte> left = stackalloc byte[MerkleHash.Size];
        source.Read(nodes[^1], hash);
        for (var i = nodes.Length - 2; i >= 0; i--)
        {
            source.Read(nodes[i], left);
            MerkleHash.Node(left, hash, hash);
        }
        return hash;
    }

    /// <summary>A path given either way, read alike.</summary>
    private readonly ref struct Path
    {
        private readonly IReadOnlyList<byte[]>? _list;
        private readonly ReadOnlySpan<byte> _span;

        public Path(IReadOnlyList<byte[]> list) => (_list, Count) = (list, list.Count);

        public Path(ReadOnlySpan<byte> span)
        {
            _span = span;
            Count = span.Length / MerkleHash.Size;
        }

        public int Count { get; }

        public ReadOnlySpan<byte> this[int i] => _list is null ? _span.Slice(i * MerkleHash.Size, MerkleHash.Size) : _list[i];
    }
}
