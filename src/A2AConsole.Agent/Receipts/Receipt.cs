using A2AConsole.Core.Ledger;

namespace A2AConsole.Sdk;

/// <summary>The edge's word that a message is durable on the ledger. <see cref="Verify"/> turns the word into proof.</summary>
public sealed record Receipt
{
    /// <summary>The event's id; for a repeated message that of this attempt, not of the earlier one.</summary>
    public required string MessageId { get; init; }

    /// <summary>Who sent it: the SPIFFE ID.</summary>
    public required string Source { get; init; }

    /// <summary>The message's type.</summary>
    public required string Type { get; init; }

    /// <summary>SHA-256 of the signed payload, lower-case hex; the last attempt's when there were several.</summary>
    public required string Digest { get; init; }

    /// <summary>Where on the ledger it is.</summary>
    public required long LeafIndex { get; init; }

    /// <summary>The tree head (C2SP signed note) that covers it.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>What the edge took, but will not take for ever: sentences for whoever looks after the agent. Empty when all is well.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What policy said, when the message would change something; null when it was not asked.</summary>
    public MessageDecision? Decision { get; init; }

    /// <summary>True when an earlier attempt had been admitted and this is its receipt.</summary>
    public bool Repeated { get; init; }

    /// <summary>Digests of every attempt that this client signed for the message: a repeated one's leaf has an earlier one.</summary>
    internal IReadOnlyList<string> Attempts { get; init; } = [];

    /// <summary>
    /// Checks offline that the message is on the ledger: the checkpoint's signature, the leaf's inclusion under its root, and that
    /// the leaf tells of this message. When an earlier process sent it (<see cref="Repeated"/>, not signed by this client) the
    /// leaf's digest is not known here: <see cref="ReceiptVerification.DigestMatched"/> says so; sender, type and verdict still are compared.
    /// </summary>
    /// <param name="proof">The C2SP tlog-proof from <see cref="AgentClient.FetchProofAsync"/>, or from a file.</param>
    /// <param name="ledgerKey">The ledger's C2SP verifier key: <see cref="AgentClient.LedgerKey"/>, better from a third party.</param>
    public ReceiptVerification Verify(string proof, string ledgerKey)
    {
        if (!Ed25519NoteVerifier.TryParse(ledgerKey, out var log, out var error))
            return ReceiptVerification.Failed("ledger-key", error);
        if (!TlogProof.TryParse(proof, out var parsed, out error))
            return ReceiptVerification.Failed("proof-format", error);
        if (parsed.Extra.IsEmpty)
            return ReceiptVerification.Failed("proof-format", "the proof carries no leaf (no extra line)");
        if (parsed.Index != LeafIndex)
            return ReceiptVerification.Failed("inclusion", $"the proof is of leaf {parsed.Index}, the receipt of leaf {LeafIndex}");
        if (!parsed.TryVerify(parsed.Extra.Span, log, out var checkpoint, out error))
            return ReceiptVerification.Failed(checkpoint is null ? "checkpoint-signature" : "inclusion", error);
        if (!LeafReader.TryParse(parsed.Extra.Span, out var leaf, out error))
            return ReceiptVerification.Failed("leaf", error);
        var digestMatched = leaf.Digest == Digest || Attempts.Contains(leaf.Digest);
        if (leaf is not { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted })
            return ReceiptVerification.Failed("leaf", "the leaf does not record an admitted event");
        if (leaf.Actor != Source || leaf.Type != Type)
            return ReceiptVerification.Failed("leaf", $"the leaf records a {leaf.Type} of {leaf.Actor}, the receipt a {Type} of {Source}");
        if (!digestMatched && !Repeated)
            return ReceiptVerification.Failed("leaf", "the leaf records another message's digest");
        return new ReceiptVerification(null, "the message is on the ledger", leaf, checkpoint) { DigestMatched = digestMatched };
    }
}

/// <summary>What checking a receipt found. <paramref name="FailedCheck"/> is null when all held, else <c>ledger-key</c>, <c>proof-format</c>,
/// <c>checkpoint-signature</c>, <c>inclusion</c> or <c>leaf</c>; leaf and checkpoint are set only when all held.</summary>
public sealed record ReceiptVerification(string? FailedCheck, string Detail, LedgerLeaf? Leaf, Checkpoint? Checkpoint)
{
    /// <summary>Whether every check held.</summary>
    public bool IsValid => FailedCheck is null;

    /// <summary>Whether the leaf's digest is one that this client signed; false on a valid receipt only when it is a repeated one.</summary>
    public bool DigestMatched { get; init; }

    internal static ReceiptVerification Failed(string check, string detail) => new(check, detail, null, null);
}
