using System.Diagnostics;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Trust;

namespace A2AConsole.Web.Pages.Audit;

/// <summary>How far the verification is.</summary>
public readonly record struct ChainProgress(long Done, long Total)
{
    public double Share => Total == 0 ? 1 : (double)Done / Total;
}

/// <summary>One step of a verification and how it ended.</summary>
/// <param name="Name">What was verified.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Says">The finding, in a sentence.</param>
public sealed record ChainFinding(string Name, bool Holds, string Says);

/// <summary>A finished verification.</summary>
public sealed record ChainReport(IReadOnlyList<ChainFinding> Findings, long Size, ReadOnlyMemory<byte> Root, string Checkpoint, TimeSpan Took)
{
    public bool Holds => Findings.All(f => f.Holds);
}

/// <summary>
/// Verifies the ledger as an outsider would, from the stored leaves and nothing else: every leaf is hashed again, the root is
/// compared with the signed checkpoint, and the tree that was verified before must be the beginning of this one.
/// </summary>
public sealed class ChainVerifier(ILedger ledger, ILedgerReader reader, ITrustDomain domain)
{
    private const int LeavesAtOnce = 4096;

    /// <summary>Verifies the newest head; <paramref name="earlierSize"/> and <paramref name="earlierRoot"/> (hex) are what was verified last.</summary>
    public Task<ChainReport> VerifyAsync(long? earlierSize, string? earlierRoot, IProgress<ChainProgress> progress, CancellationToken cancellationToken)
        // Hashing millions of leaves is work: not on a page's own thread.
        => Task.Run(() => RunAsync(earlierSize, earlierRoot, progress, cancellationToken), cancellationToken);

    private async Task<ChainReport> RunAsync(long? earlierSize, string? earlierRoot, IProgress<ChainProgress> progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var head = ledger.Head;
        var findings = new List<ChainFinding> { Signature(head) };
        findings.Add(await LeavesAsync(head, progress, cancellationToken));
        findings.Add(await ConsistencyAsync(head, earlierSize, earlierRoot, cancellationToken));
        return new ChainReport(findings, head.Size, head.Root, head.Checkpoint, watch.Elapsed);
    }

    private ChainFinding Signature(LedgerHead head)
    {
        const string name = "The checkpoint's signature";
        var log = Ed25519NoteVerifier.Parse(domain.LedgerSigner.VerifierKey);
        if (!Checkpoint.TryOpen(head.Checkpoint, log, out var checkpoint, out var error))
            return new(name, false, error + ".");
        return checkpoint.Size == head.Size && checkpoint.Root.Span.SequenceEqual(head.Root.Span)
            ? new(name, true, $"Signed by {domain.LedgerSigner.Name} over {head.Size:N0} leaves.")
            : new(name, false, "The checkpoint is signed, but over another tree than the one in use.");
    }

    private async Task<ChainFinding> LeavesAsync(LedgerHead head, IProgress<ChainProgress> progress, CancellationToken cancellationToken)
    {
        const string name = "Every leaf";
        var tree = new LedgerTree();
        var hash = new byte[MerkleHash.Size];
        while (tree.Size < head.Size)
        {
            var want = (int)Math.Min(LeavesAtOnce, head.Size - tree.Size);
            var leaves = await reader.LeavesAsync(tree.Size, want, cancellationToken);
            if (leaves.Count == 0)
                return new(name, false, $"Leaf {tree.Size:N0} is missing.");
            tree.Begin();
            foreach (var leaf in leaves)
            {
                MerkleHash.Leaf(leaf, hash);
                tree.Append(hash);
            }
            tree.Commit();
            progress.Report(new(tree.Size, head.Size));
        }
        return tree.Root().AsSpan().SequenceEqual(head.Root.Span)
            ? new(name, true, $"{head.Size:N0} leaves, hashed again, give the checkpoint's root.")
            : new(name, false, $"{head.Size:N0} leaves, hashed again, give another root than the checkpoint's: a leaf was changed, added or taken away.");
    }

    private async Task<ChainFinding> ConsistencyAsync(LedgerHead head, long? earlierSize, string? earlierRoot, CancellationToken cancellationToken)
    {
        const string name = "Nothing rewritten since your last check";
        if (earlierSize is not { } size || earlierRoot is null)
            return new(name, true, "This is your first check: the next one proves that nothing before it was rewritten.");
        if (size > head.Size)
            return new(name, false, $"You have verified {size:N0} leaves, and now there are {head.Size:N0}: the ledger was cut back.");
        var root = Convert.FromHexString(earlierRoot);
        if (size == head.Size)
            return root.AsSpan().SequenceEqual(head.Root.Span)
                ? new(name, true, "Nothing was added since, and nothing changed.")
                : new(name, false, "The same number of leaves now has another root.");
        var proof = await reader.ConsistencyAsync(size, head.Size, cancellationToken);
        return MerkleProofs.VerifyConsistency(size, head.Size, proof, root, head.Root.Span)
            ? new(name, true, $"The {size:N0} leaves that you verified are the beginning of these {head.Size:N0}; {proof.Count} hashes prove it.")
            : new(name, false, $"The {size:N0} leaves that you verified are not the beginning of this ledger: history was rewritten.");
    }
}
