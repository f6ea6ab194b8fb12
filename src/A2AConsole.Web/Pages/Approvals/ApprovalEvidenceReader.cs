using System.Text.Json;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Approvals;

/// <summary>One thing that backs a request, or does not.</summary>
/// <param name="Verdict">Whether it holds.</param>
/// <param name="Word">The verdict's word.</param>
/// <param name="Says">What was looked at, in a sentence.</param>
/// <param name="Href">Where to look further.</param>
public sealed record EvidenceItem(Verdict Verdict, string Word, string Says, string? Href);

/// <summary>Reads what backs a request and checks it anew: the message on the ledger, its bytes, its sender's attestation, and the evidence that it names.</summary>
public sealed class ApprovalEvidenceReader(ILedgerReader ledger)
{
    private const int Most = 12;

    /// <summary>The evidence of a request, each with its verdict.</summary>
    public async Task<IReadOnlyList<EvidenceItem>> ReadAsync(Approval approval, CancellationToken cancellationToken = default)
    {
        var items = new List<EvidenceItem>();
        var leaf = await ledger.LeafAsync(approval.HeldMessageId, cancellationToken) is { } bytes && LeafReader.TryParse(bytes, out var parsed, out _) ? parsed : null;
        items.Add(leaf is { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted } && leaf.Digest == approval.Digest
            ? new(Verdict.Admitted, "Verified", $"Signed by {Name(leaf.Actor)}, admitted at leaf {Numbers.Text(approval.HeldMessageId)}; the digest is the one that you approve.", Links.Event(approval.HeldMessageId))
            : new(Verdict.Refused, "Does not hold", "The ledger does not show this message as admitted under this digest. Refuse it.", Links.Event(approval.HeldMessageId)));
        items.Add(approval.Agent.Assurance switch
        {
            Core.Attestation.AssuranceLevel.Hardware => new(Verdict.Admitted, "Attested", "Hardware says what its sender runs on.", Links.Agent(approval.Agent.SpiffeId)),
            Core.Attestation.AssuranceLevel.Platform => new(Verdict.Admitted, "Attested", "Its platform says where its sender runs, or what.", Links.Agent(approval.Agent.SpiffeId)),
            _ => new(Verdict.Unknown, "Not attested", "Its sender's certificate rests on a join token only.", Links.Agent(approval.Agent.SpiffeId)),
        });
        foreach (var (reference, digest) in await NamedAsync(approval, cancellationToken))
        {
            var found = await SupportsAsync(digest, approval.Agent.SpiffeId, cancellationToken);
            items.Add(found is var (index, other)
                ? new(Verdict.Admitted, "On the ledger", $"{reference}: sent by {Name(other.Actor)}, {Durations.Utc(other.At)[..16]} UTC.", Links.Event(index))
                : new(Verdict.Unknown, "Not on the ledger", $"{reference}: nothing that anybody else sent has this digest. Ask for it where it is kept.", null));
        }
        return items;
    }

    private async Task<IReadOnlyList<(string Reference, string Digest)>> NamedAsync(Approval approval, CancellationToken cancellationToken)
    {
        if (await ledger.EventAsync(approval.HeldMessageId, cancellationToken) is not { } stored)
            return [];
        if (!stored.BatchEnvelope.IsEmpty)
            return AgentEventReader.TryRead(stored.Bytes, out var batched, out _) ? Named(batched.Data) : [];
        if (!DsseEnvelopeReader.TryRead(stored.Bytes.Span, out var envelope, out _))
            return [];
        using (envelope)
            return AgentEventReader.TryRead(envelope.Payload, out var read, out _) ? Named(read.Data) : [];
    }

    private static List<(string, string)> Named(ReadOnlyMemory<byte> data)
    {
        var named = new List<(string, string)>();
        using var document = JsonDocument.Parse(data);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            return named;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Name == "evidence" && member.Value.ValueKind == JsonValueKind.Array)
                named.AddRange(member.Value.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).Select(e => (Text(e, "ref") ?? "evidence", Text(e, "digest") ?? "")));
            else if (member.Name.EndsWith("Digest", StringComparison.Ordinal) && member.Value.ValueKind == JsonValueKind.String)
                named.Add((member.Name[..^"Digest".Length], member.Value.GetString()!));
        }
        return [.. named.Where(n => n.Item2.StartsWith("sha256:", StringComparison.Ordinal)).Select(n => (n.Item1, n.Item2["sha256:".Length..])).Take(Most)];
    }

    private async Task<(long Index, LedgerLeaf Leaf)?> SupportsAsync(string digest, string sender, CancellationToken cancellationToken)
    {
        foreach (var index in await ledger.FindAsync(digest, cancellationToken))
        {
            if (await ledger.LeafAsync(index, cancellationToken) is { } bytes && LeafReader.TryParse(bytes, out var leaf, out _) && leaf is { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted } && leaf.Actor != sender)
                return (index, leaf);
        }
        return null;
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Name(string actor) => SpiffeId.TryParse(actor, out var id, out _) ? id.Name : actor;
}
