using System.Text.Json;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Verify;

/// <summary>
/// Verifies the edge's reply to an admission. Its word becomes proof only with the ledger's: the head that it quotes must be
/// signed, and a tlog-proof must lead from the very leaf that it names to that ledger.
/// </summary>
public static class ReceiptChecks
{
    private const string Name = "receipt";

    private sealed record Entry(string Verdict, long? LeafIndex, string? Digest);

    /// <summary>Makes the checks; the leaf, when a proof was given and could be read.</summary>
    public static LedgerLeaf? Check(byte[] file, Given given, CheckReport report)
    {
        if (Read(file, report) is not var (note, entries))
            return null;
        report.Pass(Name, string.Join(", ", entries.GroupBy(e => e.Verdict).Select(g => $"{g.Count()} {g.Key}")));
        var ledger = new LedgerChecks(given, report);
        if (given.Proof is null)
        {
            ledger.CheckHead(note);
            report.Skip("inclusion", "no proof was given: fetch the one that the receipt names and give it with --proof", essential: true);
            return null;
        }
        if (ledger.Read(given.Proof) is not { } proof)
            return null;
        var entry = entries.FirstOrDefault(e => e.LeafIndex == proof.Index);
        if (entry is null)
        {
            report.Fail("proof", $"it is of leaf {proof.Index}, which the receipt does not name");
            return null;
        }
        if (proof.Extra.IsEmpty)
        {
            ledger.SkipAll("the proof carries no leaf (no extra line)", essential: true);
            return null;
        }
        var leaf = ledger.CheckLeaf(proof.Extra, null, null, null);
        if (leaf is not null)
            report.Note("verdict", Contradiction(entry, leaf), $"the ledger says what the receipt says: {entry.Verdict}");
        ledger.CheckInclusion(proof, proof.Extra);
        CheckReceiptHead(note, proof, given, report);
        return leaf;
    }

    private static string? Contradiction(Entry entry, LedgerLeaf leaf)
    {
        var recorded = leaf.Verdict == LeafVerdict.Admitted ? "admitted" : leaf.Verdict == LeafVerdict.Refused ? "refused" : "done";
        // A repeated event's receipt names the leaf of the first admission.
        var said = entry.Verdict == "repeated" ? "admitted" : entry.Verdict;
        return leaf.Kind != LeafKind.Event || recorded != said ? $"the receipt says {entry.Verdict}, the leaf {LedgerChecks.Describe(leaf)}"
            : entry.Digest is not null && entry.Verdict != "repeated" && entry.Digest != leaf.Digest ? $"the receipt is for the digest {entry.Digest}, the leaf for {leaf.Digest}"
            : null;
    }

    /// <summary>The head that the receipt quotes is another than the proof's as soon as the ledger has grown.</summary>
    private static void CheckReceiptHead(string note, TlogProof proof, Given given, CheckReport report)
    {
        const string name = "receipt's head";
        if (given.Log is null)
        {
            report.Skip(name, "who signed it is unknown without --ledger-key");
            return;
        }
        if (!Checkpoint.TryOpen(note, given.Log, out var quoted, out var error))
        {
            report.Fail(name, error);
            return;
        }
        var fork = Checkpoint.TryOpen(proof.Checkpoint, given.Log, out var proven, out _) && proven.Size == quoted.Size && !proven.Root.Span.SequenceEqual(quoted.Root.Span);
        report.Note(name, fork ? $"FORK: the ledger signed two different trees of {quoted.Size} leaves, the receipt's and the proof's" : null, $"{quoted.Size} leaves, signed by its key");
    }

    private static (string Note, List<Entry> Entries)? Read(byte[] file, CheckReport report)
    {
        try
        {
            using var json = JsonDocument.Parse(file, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = json.RootElement;
            var items = root.TryGetProperty("results", out var results) ? results.EnumerateArray().ToList() : [root];
            return (root.GetProperty("checkpoint").GetString()!, items.ConvertAll(Item));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            report.Fail(Name, "not the edge's reply to an admission: " + e.Message);
            return null;
        }
    }

    private static Entry Item(JsonElement item) => new(
        item.GetProperty("verdict").GetString() ?? throw new FormatException("verdict is null"),
        item.TryGetProperty("leafIndex", out var index) && index.ValueKind == JsonValueKind.Number ? index.GetInt64() : null,
        item.TryGetProperty("digest", out var digest) ? digest.GetString() : null);
}
