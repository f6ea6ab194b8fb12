using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Records;
using A2AConsole.Core.Reviews;

namespace A2AConsole.Cli.Verify;

/// <summary>The record of a finished review: the trust domain's record key signed these very bytes, and the ledger has their digest.</summary>
public static class ReviewChecks
{
    private const string RecordCheck = "record";
    private const string Signature = "signature";
    private const string Leaf = "record's leaf";

    /// <summary>Whether an envelope carries a review's record.</summary>
    public static bool IsReview(byte[] json)
        => DsseEnvelopeReader.TryRead(json, out var envelope, out _) && envelope.PayloadType == ReviewRecord.PayloadType;

    /// <summary>Checks record and signature; the payload's SHA-256 in lower-case hex, or null when there is no record to speak of.</summary>
    public static string? Envelope(byte[] json, string? chainPem, Given given, CheckReport report)
    {
        report.Kind = "review record";
        if (!DsseEnvelopeReader.TryRead(json, out var envelope, out var broken))
        {
            report.Fail(RecordCheck, broken.Detail);
            return null;
        }
        if (!ReviewRecord.TryRead(envelope.Payload, out var record, out var fault))
        {
            report.Fail(RecordCheck, fault);
            return null;
        }
        if (given.TrustDomain is { } domain && domain != record.TrustDomain)
            report.Fail(RecordCheck, $"it is of the trust domain {record.TrustDomain}, not {domain}");
        else
            report.Pass(RecordCheck, $"\"{record.Title}\" ({record.Covers}), finished {record.FinishedAt:u} by {record.FinishedBy}: {record.Agents.Count} agents, "
                + $"{record.Count("confirmed")} confirmed, {record.Count("changed")} changed, {record.Count("retired")} retired, {record.Count("lapsed")} lapsed");
        CheckSignature(envelope, record, chainPem, given, report);
        return Convert.ToHexStringLower(SHA256.HashData(envelope.Payload.Span));
    }

    /// <summary>Compares the leaf with the record that it should stand for.</summary>
    public static void CheckLeaf(LedgerLeaf leaf, string digest, CheckReport report)
        => report.Note(Leaf, leaf.Kind != LeafKind.Administration || leaf.Code != "review-finished" ? "the leaf records no finished review"
            : leaf.Digest != digest ? $"the leaf's digest is {leaf.Digest}, the record's {digest}" : null, "the ledger has this record's digest");

    private static void CheckSignature(UnverifiedEnvelope envelope, ReviewRecord record, string? chainPem, Given given, CheckReport report)
    {
        if (chainPem is null)
        {
            report.Skip(Signature, "no certificate was given (--certificate)", essential: true);
            return;
        }
        X509Certificate2Collection chain;
        try
        {
            chain = PemFiles.Parse(chainPem, "the certificate chain");
        }
        catch (UnreadableException e)
        {
            report.Fail(Signature, e.Message);
            return;
        }
        SignedRecord.TryVerify(envelope, chain, given.Roots, given.TrustDomain ?? record.TrustDomain, given.At ?? record.FinishedAt, out var fault);
        report.Note(Signature, fault, $"by {SignedRecord.SignerOf(record.TrustDomain)}, which chains to the bundle");
    }
}
