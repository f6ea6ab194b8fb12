using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Cli.Verify;

/// <summary>
/// Evidence of a refusal: these are the bytes that the leaf speaks of, and, as far as it can be told from them alone, they had to
/// be refused. What the edge refused for what it remembered (rate, replay, idempotency key) rests on its leaf.
/// </summary>
public static class RefusalChecks
{
    private const string Received = "received";
    private const string Refused = "refusal";

    public static void Check(Evidence evidence, LedgerLeaf leaf, Given given, CheckReport report)
    {
        if (leaf is not { Kind: LeafKind.Event, Verdict: LeafVerdict.Refused, Code: { } code })
        {
            report.Fail(Received, "the file brings what was received, as evidence of a refusal does, but its leaf refuses no event");
            return;
        }
        if (!report.Note(Received, Digests(evidence.Received).Contains(leaf.Digest, StringComparer.Ordinal) ? null
            : $"the leaf's digest is {leaf.Digest}, which neither these bytes nor the event in them have", $"{evidence.Received.Length} bytes, with the leaf's digest"))
            return;
        Repeat(evidence, leaf, code, given, report);
    }

    /// <summary>Makes the checks again that need nothing but the bytes, as the edge made them at the leaf's time.</summary>
    private static void Repeat(Evidence evidence, LedgerLeaf leaf, string code, Given given, CheckReport report)
    {
        if (Refusal.Find(code) is not { } recorded)
            report.Fail(Refused, $"the leaf names the code {code}, which no check has");
        else if (recorded.Check is AdmissionCheck.Rate or AdmissionCheck.Replay or AdmissionCheck.Idempotency)
            report.Skip(Refused, $"{code} rests on what the edge remembered: the ledger's word for it is proven, its reason is not in these bytes");
        else if (Signer(evidence.CertificateChain, leaf.At, given) is not { } signer)
            report.Skip(Refused, $"{code} was not checked again: the connection's certificate is not in the file, or does not chain to the bundle");
        else
            Compare(new EventChecker(SchemaRegistry.Default, new AdmissionLimits()).Check(evidence.Received, signer, leaf.At), recorded, report);
    }

    private static void Compare(CheckedEvent found, Refusal recorded, CheckReport report)
    {
        var again = found.Refusal ?? found.SchemaRefusal;
        if (again == recorded.Code)
            report.Pass(Refused, $"checked again: {recorded.Text}. {found.Detail}");
        else if (recorded.Check is AdmissionCheck.Parse or AdmissionCheck.Signature && !HangsOnMore(recorded.Code) && (again is null || Refusal.Of(again.Value).Check > recorded.Check))
            report.Fail(Refused, $"the leaf says {recorded.Text}, but checked again these bytes pass that check");
        else
            report.Skip(Refused, $"checked again it is {(again is { } other ? Refusal.Of(other).Text : "nothing")}: the edge's limits, schemas or the event's batch, which are not in the file, decided for {recorded.Text}");
    }

    // The batch's signature, and which algorithms and environments the edge takes, are not in the file.
    private static bool HangsOnMore(RefusalCode code) => code is RefusalCode.BatchProofInvalid or RefusalCode.AlgorithmForbidden or RefusalCode.AudienceNotServed;

    private static VerifiedSvid? Signer(string chainPem, DateTimeOffset at, Given given)
    {
        if (chainPem.Length == 0)
            return null;
        X509Certificate2Collection chain;
        try
        {
            chain = PemFiles.Parse(chainPem, "the certificate chain");
        }
        catch (UnreadableException)
        {
            return null;
        }
        X509Certificate2Collection issuers = [.. chain.Skip(1)];
        if (given.TrustDomain is not { } domain)
            return null;
        return SvidValidator.TryValidate(chain[0], new SvidTrust(domain, given.Roots, issuers), at, out var svid, out _) ? svid : null;
    }

    /// <summary>What a leaf may name: the digest of the event, or of all bytes when no event could be found in them.</summary>
    private static IEnumerable<string> Digests(ReadOnlyMemory<byte> received)
    {
        yield return Digest(received.Span);
        if (DsseEnvelopeReader.TryRead(received.Span, out var envelope, out _))
        {
            using (envelope)
                yield return Digest(envelope.Payload.Span);
        }
    }

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
