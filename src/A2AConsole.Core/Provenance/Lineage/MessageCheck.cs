using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>A message as it is kept.</summary>
/// <param name="Leaf">Its ledger leaf.</param>
/// <param name="Bytes">Its envelope, or its own bytes when it came in a signed batch; empty when retention has taken them.</param>
/// <param name="BatchEnvelope">The signed batch's statement, or empty.</param>
/// <param name="BatchIndex">Its place in the batch.</param>
/// <param name="BatchPath">Its inclusion path in the batch, 32-byte hashes one after the other.</param>
public sealed record KeptMessage(LedgerLeaf Leaf, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> BatchEnvelope = default, int BatchIndex = 0, ReadOnlyMemory<byte> BatchPath = default);

/// <summary>The signer's certificate, judged at the time when the message was admitted.</summary>
/// <param name="Svid">The certificate, when it held then.</param>
/// <param name="WhyNot">Why it did not; null also when no certificate of that serial is held.</param>
/// <param name="RevokedAt">When it was revoked.</param>
public sealed record SignerThen(VerifiedSvid? Svid, string? WhyNot, DateTimeOffset? RevokedAt);

/// <summary>A message that was checked anew.</summary>
/// <param name="Verdict">How it stands.</param>
/// <param name="Digest">The digest of the very bytes that are kept, lower-case hex; null when they are gone or cannot be read.</param>
/// <param name="Facts">What these bytes say of its descent.</param>
public sealed record CheckedMessage(LinkVerdict Verdict, string? Digest = null, LineageFacts? Facts = null);

/// <summary>
/// Checks a kept message anew, from its bytes: they are what the ledger recorded, signed by the certificate that the ledger names, which was
/// valid and not revoked when the message was admitted. Pure.
/// </summary>
public static class MessageCheck
{
    /// <summary>Checks one message; null is one that is not known here.</summary>
    public static CheckedMessage Check(KeptMessage? message, SignerThen signer, AlgorithmPolicy algorithms)
    {
        if (message is null)
            return new(new(LinkState.Unknown, LinkCodes.MessageUnknown, "No message of that name was admitted here."));
        var leaf = message.Leaf;
        if (leaf.Kind != LeafKind.Event || leaf.Verdict != LeafVerdict.Admitted)
            return new(LinkVerdict.Broken(LinkCodes.NotAdmitted, $"The ledger's leaf is no admitted message{(leaf.Code is null ? "" : $": {leaf.Code}")}."));
        if (message.Bytes.IsEmpty)
            return new(new(LinkState.Expired, LinkCodes.PayloadExpired, "What it said is gone by retention; its leaf with its digest stays, so whoever kept the message can still prove it."));
        if (message.BatchEnvelope.IsEmpty)
            return Single(message, signer, algorithms);
        return InBatch(message, signer, algorithms);
    }

    private static CheckedMessage Single(KeptMessage message, SignerThen signer, AlgorithmPolicy algorithms)
    {
        if (!DsseEnvelopeReader.TryRead(message.Bytes.Span, out var envelope, out var fault))
            return new(LinkVerdict.Broken(LinkCodes.Malformed, fault.Detail));
        using (envelope)
        {
            if (!AgentEventReader.TryRead(envelope.Payload, out var read, out fault))
                return new(LinkVerdict.Broken(LinkCodes.Malformed, fault.Detail), Hex(envelope.Payload));
            return Judge(message, read, signer, svid => EnvelopeVerifier.TryVerify(envelope, read, svid, algorithms, message.Leaf.At, out _, out var wrong) ? null : wrong);
        }
    }

    private static CheckedMessage InBatch(KeptMessage message, SignerThen signer, AlgorithmPolicy algorithms)
    {
        if (!DsseEnvelopeReader.TryRead(message.BatchEnvelope.Span, out var envelope, out var fault))
            return new(LinkVerdict.Broken(LinkCodes.Malformed, fault.Detail));
        BatchStatement? statement = null;
        fault = EnvelopeVerifier.CheckType(envelope, Dsse.BatchType) ?? BatchStatementReader.Read(envelope.Payload.Span, out statement);
        UnverifiedEvent? read = null;
        if (fault is null && !AgentEventReader.TryRead(message.Bytes, out read, out fault) || fault is not null)
        {
            envelope.Dispose();
            return new(LinkVerdict.Broken(LinkCodes.Malformed, fault!.Detail));
        }
        using var batch = new UnverifiedBatch(message.BatchEnvelope, envelope, statement!, []);
        return Judge(message, read!, signer, svid => !EnvelopeVerifier.TryVerify(batch, svid, algorithms, message.Leaf.At, out var verified, out var wrong)
            || !EnvelopeVerifier.TryVerify(verified, read!, message.BatchIndex, message.BatchPath.Span, out _, out wrong) ? wrong : null);
    }

    private static CheckedMessage Judge(KeptMessage message, UnverifiedEvent read, SignerThen signer, Func<VerifiedSvid, Fault?> verify)
    {
        var (leaf, claims) = (message.Leaf, read.Claims);
        var digest = Convert.ToHexStringLower(claims.Digest.Span);
        return new(Verdict(), digest, LineageReader.Read(claims.Type, read.Data));

        LinkVerdict Verdict()
        {
            if (digest != leaf.Digest)
                return LinkVerdict.Broken(LinkCodes.DigestDiffers, "The bytes that are kept are not those that the ledger recorded: their digest is another.");
            if (claims.MessageId != leaf.MessageId || claims.Source != leaf.Actor || claims.Type != leaf.Type)
                return LinkVerdict.Broken(LinkCodes.LeafDiffers, "The ledger's leaf names another message, sender or type than the signed bytes.");
            if (signer.Svid is not { } svid)
                return signer.WhyNot is null
                    ? new(LinkState.Unknown, LinkCodes.CertificateUnknown, "The certificate that it came with is not held here.")
                    : LinkVerdict.Broken(LinkCodes.CertificateInvalid, $"The certificate that it came with did not hold: {signer.WhyNot}");
            if (leaf.Certificate is { } serial && serial != svid.Serial)
                return LinkVerdict.Broken(LinkCodes.CertificateInvalid, "The ledger's leaf names another certificate.");
            if (signer.RevokedAt is { } revoked && revoked <= leaf.At)
                return LinkVerdict.Broken(LinkCodes.CertificateRevoked, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Its signer's certificate had been revoked at {revoked.UtcDateTime:u}, before it was admitted."));
            return verify(svid) is { } fault
                ? LinkVerdict.Broken(LinkCodes.SignatureInvalid, fault.Detail)
                : LinkVerdict.Holds("Its bytes are those that the ledger recorded, signed with a certificate that was valid then.");
        }
    }

    private static string Hex(ReadOnlyMemory<byte> payload) => Convert.ToHexStringLower(Sha256.Hash(payload.Span));
}
