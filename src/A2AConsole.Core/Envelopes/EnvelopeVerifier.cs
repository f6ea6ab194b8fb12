using System.Diagnostics.CodeAnalysis;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// Turns what was read into what is verified: the signature must be made with the key of the certificate on the connection, over
/// the very bytes that were parsed, and the source must be that certificate's identity. Safe from several threads at once.
/// </summary>
public static class EnvelopeVerifier
{
    /// <summary>How many signatures are tried: each costs as much as an event, so an envelope cannot ask for eight.</summary>
    private const int MaxTried = 2;

    /// <summary>Verifies one event's envelope. <paramref name="read"/> must have been read from <paramref name="envelope"/>'s payload.</summary>
    public static bool TryVerify(
        UnverifiedEnvelope envelope, UnverifiedEvent read, VerifiedSvid signer, DateTimeOffset now,
        [NotNullWhen(true)] out VerifiedEvent? verified, [NotNullWhen(false)] out Fault? fault)
    {
        if (!envelope.Payload.Equals(read.Payload))
            throw new ArgumentException("The event was not read from this envelope.", nameof(read));
        fault = CheckType(envelope, Dsse.EventType) ?? CheckSignature(envelope, signer, now) ?? CheckSource(read.Claims.Source, signer);
        verified = fault is null ? new VerifiedEvent(read, signer) : null;
        return fault is null;
    }

    /// <summary>Verifies a batch's signed statement.</summary>
    public static bool TryVerify(
        UnverifiedBatch batch, VerifiedSvid signer, DateTimeOffset now,
        [NotNullWhen(true)] out VerifiedBatch? verified, [NotNullWhen(false)] out Fault? fault)
    {
        fault = CheckType(batch.Envelope, Dsse.BatchType) ?? CheckSignature(batch.Envelope, signer, now) ?? CheckSource(batch.Statement.Source, signer);
        verified = fault is null ? new VerifiedBatch(batch.Statement, signer) : null;
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
        verified = fault is null ? new VerifiedEvent(read, batch.Signer) : null;
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

    internal static Fault? CheckSignature(UnverifiedEnvelope envelope, VerifiedSvid signer, DateTimeOffset now)
    {
        if (!signer.Key.Algorithm.IsUsable(AlgorithmUses.AgentKey, now))
            return new(RefusalCode.AlgorithmForbidden, $"{signer.Key.Algorithm.Id} is not accepted any more; use {AlgorithmRegistry.Default.Id}.");
        if (envelope.Signatures.Count == 0)
            return new(RefusalCode.SignatureMissing, "The envelope's signatures are empty: sign PAE(payloadType, payload) with the certificate's key.");
        var tried = 0;
        var wrongSize = 0;
        // Those that name our key first: an unnamed one may be anybody's.
        for (var named = 1; named >= 0; named--)
        {
            foreach (var signature in envelope.Signatures)
            {
                if (named == 1 ? signature.KeyId.IsEmpty || !signature.IsBy(signer.KeyId) : !signature.KeyId.IsEmpty)
                    continue;
                if (tried++ == MaxTried)
                    return new(RefusalCode.SignatureInvalid, $"More than {MaxTried} signatures could be this certificate's: name each key with keyid.");
                if (signature.Value.Length != signer.Key.Algorithm.SignatureSize)
                    wrongSize = signature.Value.Length;
                else if (signer.Key.Verify(envelope.Pae, signature.Value.Span))
                    return null;
            }
        }
        return tried == 0
            ? new(RefusalCode.WrongSigner, $"No signature is by this connection's certificate: its keyid is {signer.KeyId} (SHA-256 of its SubjectPublicKeyInfo).")
            : wrongSize != 0
            ? new(RefusalCode.SignatureInvalid, $"The signature has {wrongSize} bytes; {signer.Key.Algorithm.Id} takes r‖s in {signer.Key.Algorithm.SignatureSize} bytes (IEEE P1363, not DER).")
            : new(RefusalCode.SignatureInvalid, "The signature does not verify over PAE(payloadType, payload) with this connection's certificate.");
    }
}
