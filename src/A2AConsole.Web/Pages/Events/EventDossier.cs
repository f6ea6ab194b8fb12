using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Events;

/// <summary>How a check ended for one event.</summary>
public enum CheckOutcome
{
    Passed,
    Failed,
    /// <summary>An earlier check had refused.</summary>
    NotReached,
}

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
    /// <summary>The certificate of the connection.</summary>
    public EventCertificate? Certificate { get; init; }

    /// <summary>The bytes that were received: an envelope, a batched event, or what could not be read. Empty when gone.</summary>
    public ReadOnlyMemory<byte> Bytes => Sent?.Bytes ?? Quarantined?.Bytes ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>Each check in order, as far as the leaf tells: it names the first that failed. Empty for what is not an event.</summary>
    public IReadOnlyList<(AdmissionCheck Check, CheckOutcome Outcome)> Checks
    {
        get
        {
            if (Leaf.Kind != LeafKind.Event)
                return [];
            var failed = Leaf.Code is { } code ? Refusal.Find(code)?.Check : null;
            return [.. Enum.GetValues<AdmissionCheck>().Select(check => (check,
                failed is null ? Leaf.Verdict == LeafVerdict.Admitted ? CheckOutcome.Passed : CheckOutcome.NotReached
                : check < failed ? CheckOutcome.Passed
                : check == failed ? CheckOutcome.Failed
                : CheckOutcome.NotReached))];
        }
    }
}

/// <summary>A leaf's inclusion in the tree of the newest checkpoint, checked here before it is shown.</summary>
/// <param name="Proof">The C2SP tlog-proof; its extra line carries the leaf.</param>
/// <param name="Size">Leaves in the tree.</param>
/// <param name="Root">The tree's root.</param>
/// <param name="LeafHash">RFC 6962 hash of the leaf.</param>
/// <param name="Fault">What did not verify, or null.</param>
public sealed record InclusionReceipt(TlogProof Proof, long Size, ReadOnlyMemory<byte> Root, byte[] LeafHash, string? Fault);
