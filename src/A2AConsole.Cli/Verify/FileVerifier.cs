using System.Text.Json.Nodes;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Verify;

/// <summary>What became of a file: its checks, and what the ledger says of its events where that was proven.</summary>
public sealed record FileVerdict(CheckReport Report, LedgerLeaf? Leaf)
{
    public JsonObject ToJson()
    {
        var json = ReportWriter.ToJson(Report);
        // Only what every check upholds is told as a fact.
        json["recorded"] = Leaf is null || Report.ExitCode != ExitCode.Ok ? null : new JsonObject
        {
            ["verdict"] = Leaf.Verdict.ToString().ToLowerInvariant(),
            ["code"] = Leaf.Code,
            ["at"] = Leaf.At.ToString("O"),
        };
        return json;
    }
}

/// <summary>Verifies one file, whatever it is.</summary>
public static class FileVerifier
{
    public static FileVerdict Verify(string name, byte[] file, Given given)
    {
        var report = new CheckReport(name);
        if (Core.Alerts.EvidencePack.Is(file))
        {
            PackChecks.Check(file, given, report);
            return new FileVerdict(report, null);
        }
        var kind = SubjectFile.KindOf(file);
        report.Kind = SubjectFile.Name(kind);
        var leaf = kind switch
        {
            SubjectKind.Envelope => Envelope(file, given, report),
            SubjectKind.Batch => Batch(file, given, report),
            SubjectKind.Receipt => ReceiptChecks.Check(file, given, report),
            SubjectKind.Evidence => OfEvidence(file, given, report),
            SubjectKind.Proof => OfProof(file, given, report),
            SubjectKind.Unknown when ApprovalChecks.Is(file) => OfApproval(file, given, report),
            SubjectKind.Unknown => Unknown(report),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
        return new FileVerdict(report, leaf);
    }

    private static LedgerLeaf? Unknown(CheckReport report)
    {
        report.Fail("file", "this is no DSSE envelope, signed batch, receipt, evidence file, review record, signed decision or tlog-proof, or its JSON is broken");
        return null;
    }

    private static LedgerLeaf? Envelope(byte[] file, Given given, CheckReport report)
    {
        if (ReviewChecks.IsReview(file))
            return OfReview(file, given.CertificateChain, given.Proof, null, given, report);
        var proven = EventChecks.Envelope(file, given.CertificateChain, given, report);
        return Recorded(proven, given, report);
    }

    private static LedgerLeaf? Batch(byte[] file, Given given, CheckReport report)
    {
        var events = EventChecks.Batch(file, given.CertificateChain, given, report);
        if (given.Proof is not null && events.Count > 1)
            throw new UsageException("--proof is of one event, the batch has several: export the event alone");
        return Recorded(events.Count == 1 ? events[0] : null, given, report);
    }

    /// <summary>The ledger's side, from --proof, for a file that brings none.</summary>
    private static LedgerLeaf? Recorded(SignedContent? content, Given given, CheckReport report)
    {
        var ledger = new LedgerChecks(given, report);
        if (given.Proof is null)
        {
            ledger.SkipAll("no ledger proof was given (--proof)");
            return null;
        }
        if (ledger.Read(given.Proof) is not { } proof)
            return null;
        if (proof.Extra.IsEmpty)
        {
            ledger.SkipAll("the proof carries no leaf (no extra line)", essential: true);
            return null;
        }
        return Recorded(content, proof, proof.Extra, ledger);
    }

    private static LedgerLeaf? Recorded(SignedContent? content, TlogProof proof, ReadOnlyMemory<byte> leaf, LedgerChecks ledger)
    {
        var read = ledger.CheckLeaf(leaf, content?.Claims, content?.Serial, content?.BatchRoot);
        ledger.CheckInclusion(proof, leaf);
        return read;
    }

    private static LedgerLeaf? OfEvidence(byte[] file, Given given, CheckReport report)
    {
        if (!Evidence.TryParse(file, out var evidence, out var error))
        {
            report.Fail("evidence", error);
            return null;
        }
        if (!evidence.Received.IsEmpty)
            return OfRefused(evidence, given, report);
        var envelope = evidence.Envelope.ToArray();
        if (ReviewChecks.IsReview(envelope))
            return OfReview(envelope, evidence.CertificateChain, evidence.Proof, evidence.Leaf, given, report);
        SignedContent? content;
        if (SubjectFile.KindOf(envelope) == SubjectKind.Batch)
        {
            var events = EventChecks.Batch(envelope, evidence.CertificateChain, given, report);
            if (events.Count > 1)
                report.Fail("evidence", "evidence is of one event, its batch object has several");
            content = events.Count == 1 ? events[0] : null;
        }
        else
        {
            content = EventChecks.Envelope(envelope, evidence.CertificateChain, given, report);
        }
        var ledger = new LedgerChecks(given, report);
        return ledger.Read(evidence.Proof) is { } proof ? Recorded(content, proof, evidence.Leaf, ledger) : null;
    }

    private static LedgerLeaf? OfRefused(Evidence evidence, Given given, CheckReport report)
    {
        var ledger = new LedgerChecks(given, report);
        if (ledger.Read(evidence.Proof) is not { } proof)
            return null;
        var leaf = Recorded(null, proof, evidence.Leaf, ledger);
        if (leaf is not null)
            RefusalChecks.Check(evidence, leaf, given, report);
        return leaf;
    }

    /// <summary>A review's record; its leaf comes with the file or in the proof.</summary>
    private static LedgerLeaf? OfReview(byte[] envelope, string? chain, string? proofText, ReadOnlyMemory<byte>? leafBytes, Given given, CheckReport report)
    {
        var digest = ReviewChecks.Envelope(envelope, chain, given, report);
        var ledger = new LedgerChecks(given, report);
        if (proofText is null)
        {
            ledger.SkipAll("no ledger proof was given (--proof)");
            return null;
        }
        if (ledger.Read(proofText) is not { } proof)
            return null;
        var bytes = leafBytes ?? proof.Extra;
        if (bytes.IsEmpty)
        {
            ledger.SkipAll("the proof carries no leaf (no extra line)", essential: true);
            return null;
        }
        var leaf = Recorded(null, proof, bytes, ledger);
        if (leaf is not null && digest is not null)
            ReviewChecks.CheckLeaf(leaf, digest, report);
        return leaf;
    }

    /// <summary>A person's decision; the ledger's side comes with --proof.</summary>
    private static LedgerLeaf? OfApproval(byte[] file, Given given, CheckReport report)
    {
        ApprovalChecks.Check(file, given, report);
        var leaf = Recorded(null, given, report);
        if (leaf is not null)
            ApprovalChecks.CheckLeaf(leaf, file, report);
        return leaf;
    }

    private static LedgerLeaf? OfProof(byte[] file, Given given, CheckReport report)
    {
        var ledger = new LedgerChecks(given, report);
        if (ledger.Read(System.Text.Encoding.UTF8.GetString(file)) is not { } proof)
            return null;
        if (proof.Extra.IsEmpty)
        {
            ledger.SkipAll("the proof carries no leaf (no extra line)", essential: true);
            return null;
        }
        return Recorded(null, proof, proof.Extra, ledger);
    }
}
