using System.Diagnostics.CodeAnalysis;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// Turns what was read into what is verified: the signature must be made with a key of the certificate on the connection (with
/// both of its keys where it says so), over the very bytes that were parsed, and the source must be that certificate's identity. Safe from several threads at once.
/// </summary>
public static class EnvelopeVerifier
{
    /// <summary>Verifies one event's envelope. <paramref name="read"/> must have been read from <paramref name="envelope"/>'s payload.</summary>
    public static bool TryVerify(
        UnverifiedEnvelope envelope, UnverifiedEvent read, VerifiedSvid signer, AlgorithmPolicy algorithms, DateTimeOffset now,
        [NotNullWhen(true)] out VerifiedEvent? verified, [NotNullWhen(false)] out Fault? fault)
    {
        if (!envelope.Payload.Equals(read.Payload))
            throw new ArgumentException("The event was not read from this envelope.", nameof(read));
        var signed = SignedWith.None;
        fault = CheckType(envelope, Dsse.EventType) ?? SignatureRule.Check(envelope, signer, algorithms, now, out signed) ?? CheckSource(read.Claims.Source, signer);
        verified = fault is null ? new VerifiedEvent(read, signer, signed) : null;
        return fault is null;
    }

    /// <summary>Verifies a batch's signed statement.</summary>
    public static bool TryVerify(
        UnverifiedBatch batch, VerifiedSvid signer, AlgorithmPolicy algorithms, DateTimeOffset now,
        [NotNullWhen(true)] out VerifiedBatch? verified, [NotNullWhen(false)] out Fault? fault)
    {
        var signed = SignedWith.None;
        fault = CheckType(batch.Envelope, Dsse.BatchType) ?? SignatureRule.Check(batch.Envelope, signer, algorithms, now, out signed) ?? CheckSource(batch.Statement.Source, signer);
        verified = fault is null ? new VerifiedBatch(batch.Statement, signer, signed) : null;
        return fault is null;
    }

    /// <summary>
    /// Verifies an event of a batch: <paramref name="path"/> (32-byte hashes, leaf's sibling first) leads from its bytes at
    /// <paramref name="index"/> to the signed root.
    /// </summary>
    public static bool TryVerify(
        VerifiedBatch batch, UnverifiedEvent read, int index, ReadOnlySpan<byte> path,
        [NotNullWhen(true)] out VerifiedEvent? verified, [NotNullWhen(false)] out Fault? fault)
    {
        Span<byte> leaf = stackalloc byte[Sha256.Size];
        MerkleHash.Leaf(read.Payload.Span, leaf);
        fault = MerkleProofs.VerifyInclusion(leaf, index, batch.Statement.Size, path, batch.Statement.Root.Span)
            ? CheckSource(read.Claims.Source, batch.Signer)
            : new Fault(RefusalCode.BatchProofInvalid, $"The path of event {index} does not lead to the batch's signed root.");
        verified = fault is null ? new VerifiedEvent(read, batch.Signer, batch.SignedWith) : null;
        return fault is null;
    }

    /// <summary>The fault of an envelope whose payload is of another type than <paramref name="expected"/>.</summary>
    internal static Fault? CheckType(UnverifiedEnvelope envelope, string expected)
        => envelope.PayloadType == expected
            ? null
            : new Fault(RefusalCode.UnsupportedPayloadType, $"The envelope's payloadType must be \"{expected}\" here.");

    internal static Fault? CheckSource(string source, VerifiedSvid signer)
        => string.Equals(source, signer.SpiffeId.Text, StringComparison.Ordinal)
            ? null
            : new Fault(RefusalCode.SourceMismatch, $"The source is not the agent on this connection ({signer.SpiffeId.Text}).");
}
