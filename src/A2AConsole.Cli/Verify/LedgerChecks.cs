using System.Globalization;
using System.Security.Cryptography;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Verify;

/// <summary>The ledger's side of a verification: the leaf says what happened, the path and the signed head say that the leaf is really there.</summary>
public sealed class LedgerChecks(Given given, CheckReport report)
{
    private const string Leaf = "leaf";
    private const string Head = "checkpoint";
    private const string Inclusion = "inclusion";

    /// <summary>Notes that a file brings no ledger proof and none was given.</summary>
    public void SkipAll(string why, bool essential = false)
    {
        report.Skip(Leaf, why, essential);
        report.Skip(Head, why, essential);
        report.Skip(Inclusion, why, essential);
    }

    /// <summary>Reads a proof; notes it as failed when it cannot be.</summary>
    public TlogProof? Read(string text)
    {
        if (TlogProof.TryParse(text, out var proof, out var error))
            return proof;
        report.Fail("proof", error);
        return null;
    }

    /// <summary>Checks head and path for a leaf's bytes; the leaf itself was judged before.</summary>
    public void CheckInclusion(TlogProof proof, ReadOnlyMemory<byte> leaf)
    {
        if (CheckHead(proof.Checkpoint) is not { } head)
        {
            report.Skip(Inclusion, "the checkpoint that the proof leads to does not hold", essential: true);
            return;
        }
        report.Note(Inclusion, proof.TryVerifyPath(leaf.Span, head, out var error) ? null : error, $"leaf {proof.Index} is under the root of {head.Size} leaves");
    }

    /// <summary>Checks the signature of a head, or that it is the one that the person holds. Null when it must not be trusted.</summary>
    public Checkpoint? CheckHead(string note)
    {
        if (!SignedNote.TryParse(note, out var signed, out var error) || !Checkpoint.TryParse(signed.Text, out var head, out error))
        {
            report.Fail(Head, error);
            return null;
        }
        if (given.Log is null && given.Checkpoint is null)
        {
            report.Skip(Head, "who signed it is unknown without --ledger-key or --checkpoint", essential: true);
            return null;
        }
        if (given.Log is not null && !Checkpoint.TryOpen(note, given.Log, out _, out error))
        {
            report.Fail(Head, error);
            return null;
        }
        if (given.Checkpoint is not null && Held(head) is { } contradiction)
        {
            report.Fail(Head, contradiction);
            return null;
        }
        report.Pass(Head, string.Create(CultureInfo.InvariantCulture,
            $"{head.Origin}, {head.Size} leaves, {(given.Log is null ? "the one given with --checkpoint (its signature was not checked)" : "signed by its key")}"));
        return head;
    }

    /// <summary>Reads a leaf and compares it with the event that it should record.</summary>
    public LedgerLeaf? CheckLeaf(ReadOnlyMemory<byte> bytes, EventFacts? claims, string? serial, string? batchRoot)
    {
        if (!LeafReader.TryParse(bytes.Span, out var leaf, out var error))
        {
            report.Fail(Leaf, error);
            return null;
        }
        var fault = claims is null ? null
            : leaf.Kind != LeafKind.Event ? "the leaf records no event"
            : !string.Equals(leaf.Digest, Convert.ToHexStringLower(claims.Digest.Span), StringComparison.Ordinal) ? $"the leaf's digest is {leaf.Digest}, the payload's {Convert.ToHexStringLower(claims.Digest.Span)}"
            : !string.Equals(leaf.Actor, claims.Source, StringComparison.Ordinal) ? $"the leaf records an event of {leaf.Actor}, this one is of {claims.Source}"
            : leaf.MessageId is not null && leaf.MessageId != claims.MessageId ? $"the leaf's message id is {leaf.MessageId}, the event's {claims.MessageId}"
            : serial is not null && leaf.Certificate is not null && leaf.Certificate != serial ? $"the leaf names the certificate {leaf.Certificate}, the one given is {serial}"
            : batchRoot is not null && leaf.Batch is not null && leaf.Batch != batchRoot ? $"the leaf names the batch root {leaf.Batch}, the one given is {batchRoot}"
            : null;
        return report.Note(Leaf, fault, Describe(leaf)) ? leaf : null;
    }

    /// <summary>What a leaf says, in a few words.</summary>
    public static string Describe(LedgerLeaf leaf)
    {
        var verdict = leaf.Verdict switch
        {
            LeafVerdict.Admitted => "admitted",
            LeafVerdict.Refused => $"REFUSED ({leaf.Code})",
            LeafVerdict.Done => "done",
            _ => throw new ArgumentOutOfRangeException(nameof(leaf)),
        };
        return $"{leaf.Kind} {verdict} at {leaf.At:u}" + (leaf.MessageId is null ? "" : $", message {leaf.MessageId} of {leaf.Actor}");
    }

    private string? Held(Checkpoint head)
    {
        if (!SignedNote.TryParse(given.Checkpoint, out var note, out var error) || !Checkpoint.TryParse(note.Text, out var held, out error))
            return "--checkpoint: " + error;
        if (given.Log is not null && !Checkpoint.TryOpen(given.Checkpoint, given.Log, out _, out error))
            return "--checkpoint: " + error;
        if (held.Origin != head.Origin)
            return $"the checkpoint is of {head.Origin}, the one given with --checkpoint of {held.Origin}";
        if (held.Size != head.Size)
            return $"the proof leads to the tree of {head.Size} leaves, --checkpoint is of {held.Size}: fetch the proof with ?size={held.Size}";
        return CryptographicOperations.FixedTimeEquals(held.Root.Span, head.Root.Span) ? null : $"FORK: two different roots of {head.Size} leaves, the proof's and --checkpoint's";
    }
}
