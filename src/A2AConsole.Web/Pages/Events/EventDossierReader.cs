using System.Buffers;
using System.Text.Json;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Trust;

namespace A2AConsole.Web.Pages.Events;

/// <summary>Reads one leaf with what is behind it, its proof, and the evidence file that proves it elsewhere.</summary>
public sealed class EventDossierReader(ILedger ledger, ILedgerReader reader, EventQueries queries, ITrustDomain domain)
{
    /// <summary>The leaf's dossier, or null when the ledger has no such leaf.</summary>
    public async Task<EventDossier?> ReadAsync(long index, CancellationToken cancellationToken = default)
    {
        if (index < 0 || await reader.LeafAsync(index, cancellationToken) is not { } bytes)
            return null;
        var leaf = LeafReader.Parse(bytes);
        var isEvent = leaf.Kind is LeafKind.Event or LeafKind.RefusalSummary or LeafKind.Connection;
        return new EventDossier
        {
            Index = index,
            Leaf = leaf,
            LeafBytes = bytes,
            First = await FirstAsync(index, leaf, cancellationToken),
            Sent = isEvent && leaf.Verdict == LeafVerdict.Admitted ? await reader.EventAsync(index, cancellationToken) : null,
            Quarantined = isEvent && leaf.Verdict == LeafVerdict.Refused ? await queries.QuarantinedAsync(index, cancellationToken) : null,
            Certificate = leaf.Certificate is { } serial ? await queries.CertificateAsync(serial, cancellationToken) : null,
        };
    }

    /// <summary>
    /// The message that a replay repeats: the sender's first with the same message id. The writer does not name it, since it keeps
    /// nonces and ids as keyed hashes only, and to look it up for each replay would give an attacker a lever. A nonce under another
    /// message id leads nowhere.
    /// </summary>
    private async Task<EventRow?> FirstAsync(long index, LedgerLeaf leaf, CancellationToken cancellationToken)
    {
        if (leaf.MessageId is null || leaf.Code != Refusal.Of(RefusalCode.Replayed).Text)
            return null;
        foreach (var earlier in (await reader.FindAsync(leaf.MessageId, cancellationToken)).Where(i => i < index))
            if (await reader.LeafAsync(earlier, cancellationToken) is { } bytes && LeafReader.Parse(bytes) is { Verdict: LeafVerdict.Admitted } first && first.Actor == leaf.Actor)
                return new EventRow(earlier, first);
        return null;
    }

    /// <summary>The leaf's inclusion under the newest checkpoint, verified.</summary>
    public async Task<InclusionReceipt> ProveAsync(EventDossier dossier, CancellationToken cancellationToken = default)
    {
        var head = ledger.Head;
        var path = await reader.InclusionAsync(dossier.Index, head.Size, cancellationToken);
        var proof = new TlogProof(dossier.Index, path, head.Checkpoint, dossier.LeafBytes);
        var verifier = Ed25519NoteVerifier.Parse(domain.LedgerSigner.VerifierKey);
        proof.TryVerify(dossier.LeafBytes, verifier, out _, out var fault);
        return new InclusionReceipt(proof, head.Size, head.Root, MerkleHash.Leaf(dossier.LeafBytes), fault);
    }

    /// <summary>The evidence file's bytes, or null when what it needs is gone (<see cref="EventDossier.HasEvidence"/>).</summary>
    public async Task<byte[]?> EvidenceAsync(EventDossier dossier, CancellationToken cancellationToken = default)
    {
        if (!dossier.HasEvidence)
            return null;
        var proof = (await ProveAsync(dossier, cancellationToken)).Proof.Format();
        var chain = dossier.Certificate is not { } certificate ? ""
            : System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", certificate.Der) + "\n"
                + string.Concat(domain.Intermediates.Select(c => c.ExportCertificatePem() + "\n"));
        if (dossier.Sent is not { } sent)
            return Evidence.OfRefused(dossier.Bytes, chain, dossier.LeafBytes, proof).Format();
        var envelope = sent.BatchEnvelope.IsEmpty ? sent.Bytes : OneOfBatch(sent);
        return new Evidence(envelope, chain, dossier.LeafBytes, proof).Format();
    }

    private static byte[] OneOfBatch(StoredEvent sent)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WritePropertyName("batch");
            json.WriteRawValue(sent.BatchEnvelope.Span);
            json.WriteStartArray("events");
            json.WriteStartObject();
            json.WriteBase64String("payload", sent.Bytes.Span);
            json.WriteNumber("index", sent.BatchIndex);
            json.WriteStartArray("path");
            for (var path = sent.BatchPath; !path.IsEmpty; path = path[MerkleHash.Size..])
                json.WriteBase64StringValue(path.Span[..MerkleHash.Size]);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }
}
