using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Quarantine;

namespace A2AConsole.Web.Pages.Events;

/// <summary>Everything that the console knows of one leaf.</summary>
public sealed record EventDossier
{
    public required long Index { get; init; }
    public required LedgerLeaf Leaf { get; init; }
    /// <summary>The leaf as the ledger hashes it.</summary>
    public required byte[] LeafBytes { get; init; }
    /// <summary>What was sent, while it is retained.</summary>
    public StoredEvent? Sent { get; init; }
    /// <summary>The refused event's record, while it is retained.</summary>
    public QuarantineItem? Quarantined { get; init; }
    /// <summary>The leaf of the message that a replay repeats, while it can be found by its message id.</summary>
    public EventRow? First { get; init; }
    /// <summary>The certificate of the connection.</summary>
    public EventCertificate? Certificate { get; init; }

    /// <summary>The bytes that were received: an envelope, a batched event, or what could not be read. Empty when gone.</summary>
    public ReadOnlyMemory<byte> Bytes => Sent?.Bytes ?? Quarantined?.Bytes ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>Whether an evidence file can be made: with all that was received and, when it was admitted, its signer's certificate.</summary>
    public bool HasEvidence => Leaf.Verdict == LeafVerdict.Admitted ? Sent is not null && Certificate is not null : Leaf.Kind == LeafKind.Event && IsWhole;

    /// <summary>Whether a refused event's bytes are all there: of a too large one only the beginning is kept.</summary>
    private bool IsWhole => Quarantined is { Bytes: { Length: > 0 } bytes } item && (bytes.Length == item.Size || item.Code != Refusal.Of(RefusalCode.TooLarge).Text);

    /// <summary>Each check in order, as far as the leaf tells: it names the first that failed. Empty for what is not an event.</summary>
    public IReadOnlyList<CheckStep> Checks => Leaf switch
    {
        { Kind: not LeafKind.Event } => [],
        { Verdict: LeafVerdict.Admitted } => [.. Enum.GetValues<AdmissionCheck>().Select(c => new CheckStep(c, CheckOutcome.Passed))],
        { Code: { } code } => CheckTrail.Of(code),
        _ => [],
    };
}

/// <summary>A leaf's inclusion in the tree of the newest checkpoint, checked here before it is shown.</summary>
/// <param name="Proof">The C2SP tlog-proof; its extra line carries the leaf.</param>
/// <param name="Size">Leaves in the tree.</param>
/// <param name="Root">The tree's root.</param>
/// <param name="LeafHash">RFC 6962 hash of the leaf.</param>
/// <param name="Fault">What did not verify, or null.</param>
public sealed record InclusionReceipt(TlogProof Proof, long Size, ReadOnlyMemory<byte> Root, byte[] LeafHash, string? Fault);
