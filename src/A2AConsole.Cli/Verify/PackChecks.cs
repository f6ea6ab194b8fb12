using System.Globalization;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Records;

namespace A2AConsole.Cli.Verify;

/// <summary>An incident's evidence pack: its manifest is signed by the trust domain's record key, every file is as it was packed, and every proof in it holds.</summary>
public static class PackChecks
{
    private const string Archive = "archive", Signature = "signature", Members = "files", Proofs = "proofs";

    public static void Check(byte[] file, Given given, CheckReport report)
    {
        report.Kind = "incident's evidence pack";
        if (!EvidencePack.TryOpen(file, out var files, out var error))
        {
            report.Fail(Archive, error);
            return;
        }
        if (Manifest(files, given, report) is not { } manifest)
            return;
        var differences = EvidencePack.Differences(manifest, files);
        report.Note(Members, differences.Count == 0 ? null : string.Join("; ", differences.Take(5)) + (differences.Count > 5 ? $"; and {differences.Count - 5} more" : ""), $"{manifest.Members.Count} files, each with the digest that was signed");
        var ledger = new LedgerChecks(given, report);
        if (files.TryGetValue(EvidencePack.Checkpoint, out var note))
            ledger.CheckHead(System.Text.Encoding.UTF8.GetString(note));
        else
            report.Fail("checkpoint", "the pack brings no checkpoint");
        Each(files, given, report);
    }

    private static PackManifest? Manifest(IReadOnlyDictionary<string, byte[]> files, Given given, CheckReport report)
    {
        if (!files.TryGetValue(EvidencePack.Manifest, out var signed) || !files.TryGetValue(EvidencePack.Chain, out var pem))
        {
            report.Fail(Archive, $"it has no {EvidencePack.Manifest} and {EvidencePack.Chain}: it is no evidence pack");
            return null;
        }
        if (!DsseEnvelopeReader.TryRead(signed, out var envelope, out var broken))
        {
            report.Fail(Archive, broken.Detail);
            return null;
        }
        if (envelope.PayloadType != EvidencePack.PayloadType || !PackManifest.TryRead(envelope.Payload.Span, out var manifest, out var error))
        {
            report.Fail(Archive, envelope.PayloadType != EvidencePack.PayloadType ? $"its manifest is of the type {envelope.PayloadType}" : "its manifest cannot be read");
            return null;
        }
        if (given.TrustDomain is { } domain && domain != manifest.TrustDomain)
            report.Fail(Archive, $"it is of the trust domain {manifest.TrustDomain}, not {domain}");
        else
            report.Pass(Archive, string.Create(CultureInfo.InvariantCulture, $"incident {manifest.Incident}, \"{manifest.Title}\", packed {manifest.PackedAt.UtcDateTime:u} by {manifest.PackedBy}"));
        try
        {
            var chain = PemFiles.Parse(System.Text.Encoding.UTF8.GetString(pem), EvidencePack.Chain);
            SignedRecord.TryVerify(envelope, chain, given.Roots, given.TrustDomain ?? manifest.TrustDomain, given.At ?? manifest.PackedAt, out var fault);
            report.Note(Signature, fault, $"by {SignedRecord.SignerOf(manifest.TrustDomain)}, which chains to the bundle");
        }
        catch (UnreadableException e)
        {
            report.Fail(Signature, e.Message);
        }
        return manifest;
    }

    // Each is judged as it would be by itself; a name says which leaf it is of.
    private static void Each(IReadOnlyDictionary<string, byte[]> files, Given given, CheckReport report)
    {
        var (held, faults, open) = (0, new List<string>(), 0);
        foreach (var (name, bytes) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (!name.EndsWith(EvidencePack.ProofExtension, StringComparison.Ordinal) && !name.EndsWith(Evidence.FileExtension, StringComparison.Ordinal))
                continue;
            var verdict = FileVerifier.Verify(name, bytes, given with { Proof = null, CertificateChain = null });
            if (!verdict.Report.Holds)
                faults.Add($"{name}: {verdict.Report.Checks.First(c => c.Outcome == Outcome.Fail).Detail}");
            else if (LeafOf(name) is { } leaf && IndexOf(bytes) is { } index && leaf != index)
                faults.Add($"{name}: it proves leaf {index.ToString(CultureInfo.InvariantCulture)}");
            else if (verdict.Report.ExitCode != ExitCode.Ok)
                open++;
            else
                held++;
        }
        if (faults.Count > 0)
            report.Fail(Proofs, string.Join("; ", faults.Take(5)) + (faults.Count > 5 ? $"; and {faults.Count - 5} more" : ""));
        else if (open > 0)
            report.Skip(Proofs, $"{open} of {held + open} could not be checked to the end: give --ledger-key", essential: true);
        else
            report.Pass(Proofs, $"{held} events and records, each under the ledger's signed root");
    }

    private static long? LeafOf(string name)
    {
        var number = name[(name.LastIndexOf('/') + 1)..];
        return long.TryParse(number[..number.IndexOf('.', StringComparison.Ordinal)], NumberStyles.None, CultureInfo.InvariantCulture, out var leaf) ? leaf : null;
    }

    private static long? IndexOf(byte[] file)
        => Evidence.TryParse(file, out var evidence, out _) ? TlogProof.TryParse(evidence.Proof, out var of, out _) ? of.Index : null
            : TlogProof.TryParse(System.Text.Encoding.UTF8.GetString(file), out var proof, out _) ? proof.Index : null;
}
