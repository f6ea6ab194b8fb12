using System.Buffers.Text;
using System.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.A2A.Cards;

/// <summary>
/// Verifies a card's signatures: over the whole card but <c>signatures</c>, by keys that are known beforehand. Signatures by unknown keys
/// count for nothing; one by a known key that does not hold refuses the card, whatever other signatures say.
/// </summary>
public static class CardVerifier
{
    /// <summary>Verifies. Null when at least one signature is by a known key and all of those hold; <paramref name="signer"/> is then the first of them.</summary>
    /// <param name="card">The card.</param>
    /// <param name="keyOf">The known key of a <c>kid</c>, or null.</param>
    /// <param name="algorithms">What is accepted; cards are signed as envelopes are.</param>
    /// <param name="now">Our time.</param>
    /// <param name="signer">The key that signed it.</param>
    public static CardFault? Verify(AgentCard card, Func<string, VerificationKey?> keyOf, AlgorithmPolicy algorithms, DateTimeOffset now, out VerificationKey? signer)
    {
        signer = null;
        if (card.Signatures.Count == 0)
            return CardFault.Of(CardCodes.Unsigned, "The card carries no signature; sign it as A2A 1.0 §8.4 says.");
        for (var i = 0; i < card.Signatures.Count; i++)
        {
            var signature = card.Signatures[i];
            if (keyOf(signature.KeyId) is not { } key)
                continue;
            if (Check(card, signature, key, algorithms, now, i) is { } fault)
            {
                signer = null;
                return fault;
            }
            signer ??= key;
        }
        return signer is not null ? null : CardFault.Of(CardCodes.SignerUnknown,
            $"No signature is by a key that is known for this agent (kid {string.Join(", ", card.Signatures.Select(s => Shown(s.KeyId)))})"
            + (card.Signatures.Any(s => s.PointsToKeys) ? "; addresses and keys in a signature's header are not used." : "."));
    }

    private static CardFault? Check(AgentCard card, CardSignature signature, VerificationKey key, AlgorithmPolicy algorithms, DateTimeOffset now, int index)
    {
        var at = $"/signatures/{index}";
        if (!JsonWebKey.Names(key.Algorithm, signature.Algorithm))
            return CardFault.Of(CardCodes.AlgorithmRefused, $"Signature {index} says {Shown(signature.Algorithm)}; its key is for {key.Algorithm.JoseName}.", at);
        if (!algorithms.IsUsable(key.Algorithm, AlgorithmUses.Envelope, now))
            return CardFault.Of(CardCodes.AlgorithmRefused, $"Signature {index} is made with {key.Algorithm.Id}, which is not accepted; use {algorithms.Instead(AlgorithmUses.Envelope, now)}.", at);
        if (key.Verify(SigningInput(signature.Protected, card.Canonical.Span), signature.Value.Span))
            return null;
        foreach (var form in LossyForms.Of(card.Tree))
        {
            var bytes = CanonicalJson.Write(form);
            if (bytes.AsSpan().SequenceEqual(card.Canonical.Span) || !key.Verify(SigningInput(signature.Protected, bytes), signature.Value.Span))
                continue;
            var open = CardDifference.Between(card.Tree, form);
            return new CardFault(CardCodes.NotCovered,
                $"Signature {index} leaves out {string.Join(", ", open)}: anybody could change that and it would still verify. Sign the whole card but signatures (A2A 1.0 §8.4.1).", open);
        }
        return CardFault.Of(CardCodes.SignatureInvalid, $"Signature {index} is by a known key but not over this card: the card was changed, or canonicalised in another way than A2A 1.0 §8.4.1.", at);
    }

    /// <summary>JWS's signing input (RFC 7515 §5.1) for an encoded protected header and a payload.</summary>
    internal static byte[] SigningInput(string encodedHeader, ReadOnlySpan<byte> payload)
        => Encoding.ASCII.GetBytes($"{encodedHeader}.{Base64Url.EncodeToString(payload)}");

    private static string Shown(string text) => Envelopes.JsonText.Printable(Encoding.UTF8.GetBytes(text));
}
