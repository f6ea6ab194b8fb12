using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Envelopes;

/// <summary>Which of its agent's keys an envelope was verified with.</summary>
[Flags]
public enum SignedWith : byte
{
    None = 0,
    /// <summary>The certificate's own key.</summary>
    Key = 1,
    /// <summary>The key in the certificate's alternative-key extension.</summary>
    AlternativeKey = 2,
    Both = Key | AlternativeKey,
}

/// <summary>
/// Whether an envelope's signatures are what its signer's certificate and the site's algorithms call for. Signatures are matched
/// to keys by keyid. Work is bounded: at most two verifications, and none before all that costs nothing has been looked at.
/// </summary>
internal static class SignatureRule
{
    /// <summary>How many signatures are tried: each costs as much as an event, so an envelope cannot ask for eight.</summary>
    private const int MaxTried = 2;

    public static Fault? Check(UnverifiedEnvelope envelope, VerifiedSvid signer, AlgorithmPolicy algorithms, DateTimeOffset now, out SignedWith signed)
        => signer.AlternativeKey is { } alternative
            ? CheckTwoKeys(envelope, signer, alternative, algorithms, now, out signed)
            : CheckOneKey(envelope, signer, algorithms, now, out signed);

    private static Fault? CheckOneKey(UnverifiedEnvelope envelope, VerifiedSvid signer, AlgorithmPolicy algorithms, DateTimeOffset now, out SignedWith signed)
    {
        signed = SignedWith.None;
        if (!algorithms.IsUsable(signer.Key.Algorithm, AlgorithmUses.Envelope, now))
            return Forbidden(signer.Key.Algorithm, algorithms, now);
        if (envelope.Signatures.Count == 0)
            return Missing();
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
                {
                    wrongSize = signature.Value.Length;
                }
                else if (signer.Key.Verify(envelope.Pae, signature.Value.Span))
                {
                    signed = SignedWith.Key;
                    return null;
                }
            }
        }
        return tried == 0 ? WrongSigner(signer)
            : wrongSize != 0 ? WrongSize(signer.Key, wrongSize)
            : Invalid(signer.Key);
    }

    private static Fault? CheckTwoKeys(
        UnverifiedEnvelope envelope, VerifiedSvid signer, VerificationKey alternative, AlgorithmPolicy algorithms, DateTimeOffset now, out SignedWith signed)
    {
        signed = SignedWith.None;
        if (envelope.Signatures.Count == 0)
            return Missing();
        if (Assign(envelope, signer, alternative, out var own, out var other) is { } ambiguous)
            return ambiguous;
        if (own is null && other is null)
            return WrongSigner(signer);
        if (signer.RequiresBothSignatures && (own is null || other is null))
        {
            var lacking = own is null ? signer.Key : alternative;
            return new(RefusalCode.SignatureIncomplete, $"This agent's envelopes need two signatures; the one with {lacking.Algorithm.Id} (keyid {lacking.KeyId}) is missing.");
        }
        var ownCounts = own is not null && algorithms.IsUsable(signer.Key.Algorithm, AlgorithmUses.Envelope, now);
        var otherCounts = other is not null && algorithms.IsUsable(alternative.Algorithm, AlgorithmUses.Envelope, now);
        if (!ownCounts && !otherCounts)
            return Forbidden(own is not null ? signer.Key.Algorithm : alternative.Algorithm, algorithms, now);

        // Where both are required, a signature of an algorithm that may no longer stand alone is still verified beside the other.
        var tryOwn = signer.RequiresBothSignatures || ownCounts;
        var tryOther = signer.RequiresBothSignatures || otherCounts;
        if (tryOwn && own!.Value.Value.Length != signer.Key.Algorithm.SignatureSize)
            return WrongSize(signer.Key, own.Value.Value.Length);
        if (tryOther && other!.Value.Value.Length != alternative.Algorithm.SignatureSize)
            return WrongSize(alternative, other.Value.Value.Length);
        // The cheaper one first: a forger should not get the dearer for nothing.
        if (tryOwn)
        {
            if (!signer.Key.Verify(envelope.Pae, own!.Value.Value.Span))
                return Invalid(signer.Key);
            signed = SignedWith.Key;
        }
        // Where one is enough, the second is only worth its price when the first one's algorithm is being given up.
        if (tryOther && (signer.RequiresBothSignatures || !tryOwn || algorithms.IsDeprecated(signer.Key.Algorithm, AlgorithmUses.Envelope, now)))
        {
            if (!alternative.Verify(envelope.Pae, other!.Value.Value.Span))
            {
                signed = SignedWith.None;
                return Invalid(alternative);
            }
            signed |= SignedWith.AlternativeKey;
        }
        return null;
    }

    /// <summary>Finds each key's signature: the one that names it, and for the certificate's own key else the one that names none.</summary>
    private static Fault? Assign(UnverifiedEnvelope envelope, VerifiedSvid signer, VerificationKey alternative, out DsseSignature? own, out DsseSignature? other)
    {
        own = other = null;
        DsseSignature? unnamed = null;
        foreach (var signature in envelope.Signatures)
        {
            ref var place = ref unnamed;
            if (!signature.KeyId.IsEmpty)
            {
                if (signature.IsBy(signer.KeyId))
                    place = ref own;
                else if (signature.IsBy(alternative.KeyId))
                    place = ref other;
                else
                    continue;
            }
            if (place is not null)
                return new(RefusalCode.SignatureInvalid, "Two signatures are by the same key of this certificate, or name none: name each key with keyid, once.");
            place = signature;
        }
        own ??= unnamed;
        return null;
    }

    private static Fault Forbidden(SignatureAlgorithm algorithm, AlgorithmPolicy algorithms, DateTimeOffset now)
        => new(RefusalCode.AlgorithmForbidden, $"{algorithm.Id} is not accepted for envelopes; use {algorithms.Instead(AlgorithmUses.Envelope, now)}.");

    private static Fault Missing()
        => new(RefusalCode.SignatureMissing, "The envelope's signatures are empty: sign PAE(payloadType, payload) with the certificate's key.");

    private static Fault WrongSigner(VerifiedSvid signer)
        => new(RefusalCode.WrongSigner, signer.AlternativeKey is null
            ? $"No signature is by this connection's certificate: its keyid is {signer.KeyId} (SHA-256 of its SubjectPublicKeyInfo)."
            : $"No signature is by this connection's certificate: its keyids are {signer.KeyId} and {signer.AlternativeKey.KeyId} (SHA-256 of each SubjectPublicKeyInfo).");

    private static Fault WrongSize(VerificationKey key, int size)
        => new(RefusalCode.SignatureInvalid, key.Algorithm.Family == AlgorithmRegistry.EcdsaP256.Family
            ? $"The signature has {size} bytes; {key.Algorithm.Id} takes r‖s in {key.Algorithm.SignatureSize} bytes (IEEE P1363, not DER)."
            : $"The signature has {size} bytes; {key.Algorithm.Id} takes {key.Algorithm.SignatureSize}.");

    private static Fault Invalid(VerificationKey key)
        => new(RefusalCode.SignatureInvalid, $"The {key.Algorithm.Id} signature does not verify over PAE(payloadType, payload) with this connection's certificate.");
}
