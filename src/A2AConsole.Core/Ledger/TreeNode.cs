namespace A2AConsole.Core.Ledger;

/// <summary>
/// A complete subtree: the hash over leaves [<paramref name="Index"/>·2^<paramref name="Level"/>,
/// (<paramref name="Index"/>+1)·2^<paramref name="Level"/>). Level 0 is a leaf's hash. Such a hash never changes as the tree grows.
/// </summary>
public readonly record struct TreeNode(int Level, long Index);

/// <summary>Gives the hashes of complete subtrees: tiles, an in-memory tree, or both.</summary>
public interface IHashSource
{
    /// <summary>
    /// Writes the 32-byte hash of <paramref name="node"/>. Throws <see cref="KeyNotFoundException"/> when the source does not hold it.
    /// </summary>
    void Read(TreeNode node, Span<byte> destination);
}
