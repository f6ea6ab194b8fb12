using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Ledger;

/// <summary>A certificate that the ledger says was issued. <paramref name="Fingerprint"/>: SHA-256 of its DER, lower-case hex.</summary>
public sealed record IssuedLeaf(long Leaf, LeafKind Kind, DateTimeOffset At, string? Serial, DateTimeOffset? Expires, string? Fingerprint, string? Detail);

/// <summary>
/// Reads every leaf under a signed head and keeps the issuances of one identity. The leaves are hashed up to the head's root
/// (RFC 6962, section 2.1), so nothing can be left out of the list, by the ledger or on the way. Constant memory but for what it keeps.
/// </summary>
public sealed class IssuedScan(LedgerClient client)
{
    // Bundles of 256 leaves asked for ahead of the one that is being hashed.
    private const int Ahead = 8;

    /// <summary>
    /// The certificates issued to <paramref name="spiffeId"/>, oldest first, and what is wrong when the leaves are not those under the
    /// root. <paramref name="progress"/> is told how many leaves have been read.
    /// </summary>
    public async Task<(IReadOnlyList<IssuedLeaf> Issued, string? Error)> RunAsync(string spiffeId, Checkpoint head, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var issued = new List<IssuedLeaf>();
        var tree = new LedgerTree();
        tree.Begin();
        var hash = new byte[MerkleHash.Size];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetching = new Queue<Task<IReadOnlyList<ReadOnlyMemory<byte>>>>();
        var bundles = (head.Size + TilePath.FullWidth - 1) / TilePath.FullWidth;
        try
        {
            for (long bundle = 0, asked = 0; bundle < bundles; bundle++)
            {
                for (; asked < bundles && asked < bundle + Ahead; asked++)
                    fetching.Enqueue(client.ReadEntriesAsync(new TilePath(0, asked, TilePath.WidthAt(0, asked, head.Size), IsEntries: true), stop.Token));
                foreach (var entry in (await fetching.Dequeue()).Take(TilePath.WidthAt(0, bundle, head.Size)))
                {
                    MerkleHash.Leaf(entry.Span, hash);
                    var index = tree.Append(hash);
                    if (!LeafReader.TryParse(entry.Span, out var leaf, out var error))
                        return (issued, $"the leaf at {index} cannot be read: {error}");
                    if (leaf is { Kind: LeafKind.Enrolment or LeafKind.Renewal, Verdict: LeafVerdict.Done } && leaf.Actor == spiffeId)
                        issued.Add(new IssuedLeaf(index, leaf.Kind, leaf.At, leaf.Certificate, leaf.Expires, leaf.Digest, leaf.Detail));
                }
                // Completed tiles are not wanted here: a group a bundle lets them go.
                tree.Commit();
                tree.Begin();
                progress?.Report(tree.Size);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(fetching).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return (issued, tree.Root().AsSpan().SequenceEqual(head.Root.Span) ? null : "the leaves that the ledger shows are not those under its signed root");
    }
}
