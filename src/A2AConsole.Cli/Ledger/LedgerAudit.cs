using System.Globalization;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Ledger;

/// <summary>
/// What an outsider can check of a ledger: who signed its head, that the head only grew from the one seen before, and that
/// leaves picked at random are really in it. Everything is computed here, from tiles; no proof of the server's is taken.
/// </summary>
public sealed class LedgerAudit(LedgerClient client, Ed25519NoteVerifier log, CheckReport report)
{
    /// <summary>The head that was fetched and verified; null while there is none.</summary>
    public Checkpoint? Head { get; private set; }

    /// <summary>The fetched checkpoint as it came.</summary>
    public string? Note { get; private set; }

    /// <summary>Whether the ledger contradicts what it showed before: a rollback or a fork.</summary>
    public bool Contradicts { get; private set; }

    /// <summary>Makes the checks. <paramref name="seen"/> is the note seen before, if any.</summary>
    public async Task RunAsync(string? seen, int sample, Random random, CancellationToken cancellationToken)
    {
        Note = await client.CheckpointAsync(cancellationToken);
        if (!Checkpoint.TryOpen(Note, log, out var head, out var error))
        {
            report.Fail("checkpoint signature", error);
            return;
        }
        Head = head;
        report.Pass("checkpoint signature", string.Create(CultureInfo.InvariantCulture, $"{head.Origin}, {head.Size} leaves, root {Convert.ToBase64String(head.Root.Span)}"));
        try
        {
            await ConsistencyAsync(seen, head, cancellationToken);
            if (report.Holds)
                await InclusionAsync(head, sample, random, cancellationToken);
        }
        catch (WithheldException e)
        {
            report.Fail("availability", e.Message);
        }
    }

    private async Task ConsistencyAsync(string? seen, Checkpoint head, CancellationToken cancellationToken)
    {
        const string name = "consistency";
        if (seen is null)
        {
            report.Skip(name, "nothing was seen before; from now on this checkpoint is remembered");
            return;
        }
        if (!Checkpoint.TryOpen(seen, log, out var before, out var error))
        {
            report.Fail(name, "the remembered checkpoint does not hold: " + error);
            return;
        }
        if (head.Size < before.Size)
        {
            Contradicts = true;
            report.Fail(name, $"ROLLBACK: the ledger had {before.Size} leaves when last seen and claims {head.Size} now");
            return;
        }
        if (head.Size == before.Size)
        {
            Contradicts = !head.Root.Span.SequenceEqual(before.Root.Span);
            report.Note(name, Contradicts ? $"FORK: the ledger has signed two different trees of {head.Size} leaves" : null, "unchanged since last seen");
            return;
        }
        var source = await SourceAsync([.. MerkleProofs.ConsistencyNodes(before.Size, head.Size)], head.Size, cancellationToken);
        var proof = MerkleProofs.Consistency(before.Size, head.Size, source);
        Contradicts = !MerkleProofs.VerifyConsistency(before.Size, head.Size, proof, before.Root.Span, head.Root.Span);
        report.Note(name,
            Contradicts ? $"FORK: the tree of {head.Size} leaves does not contain the tree of {before.Size} leaves that was signed before" : null,
            $"grew from {before.Size} to {head.Size} leaves");
    }

    private async Task InclusionAsync(Checkpoint head, int sample, Random random, CancellationToken cancellationToken)
    {
        const string name = "inclusion";
        if (head.Size == 0 || sample == 0)
        {
            report.Skip(name, head.Size == 0 ? "the ledger is empty" : "no leaves were asked for");
            return;
        }
        var indices = Pick(head.Size, sample, random);
        foreach (var index in indices)
        {
            var bundle = index / TilePath.FullWidth;
            var path = new TilePath(0, bundle, TilePath.WidthAt(0, bundle, head.Size), IsEntries: true);
            var entry = (await client.EntriesAsync(path, cancellationToken))[(int)(index % TilePath.FullWidth)];
            var source = await SourceAsync(MerkleProofs.InclusionNodes(index, head.Size), head.Size, cancellationToken);
            var proof = MerkleProofs.Inclusion(index, head.Size, source);
            if (!MerkleProofs.VerifyInclusion(MerkleHash.Leaf(entry.Span), index, head.Size, proof, head.Root.Span))
            {
                report.Fail(name, $"the leaf that the ledger shows at {index} is not the one under its signed root");
                return;
            }
            if (!LeafReader.TryParse(entry.Span, out _, out var error))
            {
                report.Fail("leaves", $"the leaf at {index} cannot be read: {error}");
                return;
            }
        }
        report.Pass(name, $"{indices.Count} of {head.Size} leaves, picked at random, are under the signed root");
    }

    private async Task<TileHashes> SourceAsync(IReadOnlyList<TreeNode> nodes, long size, CancellationToken cancellationToken)
    {
        var tiles = new Dictionary<(int, long), byte[]>();
        foreach (var path in TileHashes.Needed(nodes, size))
            tiles[(path.Level, path.Index)] = await client.TileAsync(path, cancellationToken);
        return new TileHashes((level, index) => tiles.GetValueOrDefault((level, index)));
    }

    /// <summary>The newest leaf and others at random, in order (neighbours share tiles).</summary>
    private static SortedSet<long> Pick(long size, int sample, Random random)
    {
        if (size <= sample)
            return [.. Enumerable.Range(0, (int)size).Select(i => (long)i)];
        var picked = new SortedSet<long> { size - 1 };
        while (picked.Count < sample)
            picked.Add(random.NextInt64(size));
        return picked;
    }
}
