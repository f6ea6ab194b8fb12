using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.A2A.Cards;

/// <summary>Signs cards: puts one more signature beside those that are there, and leaves every other byte as it was.</summary>
public static class CardSigner
{
    /// <summary>The card's bytes with a signature more. Throws <see cref="InvalidOperationException"/> when it is full.</summary>
    /// <param name="card">The card.</param>
    /// <param name="algorithm">The key's algorithm; it must have a JOSE name.</param>
    /// <param name="keyId">The signature's <c>kid</c>.</param>
    /// <param name="sign">Signs bytes in the form that the registry names, which is JOSE's.</param>
    public static byte[] Sign(AgentCard card, SignatureAlgorithm algorithm, string keyId, Func<byte[], byte[]> sign)
    {
        if (card.Signatures.Count >= AgentCard.MaxSignatures)
            throw new InvalidOperationException($"The card carries {AgentCard.MaxSignatures} signatures already.");
        var header = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["alg"] = algorithm.JoseName!, ["kid"] = keyId, ["typ"] = "JOSE" }));
        var signature = Base64Url.EncodeToString(sign(CardVerifier.SigningInput(header, card.Canonical.Span)));
        return Insert(card.Json, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["protected"] = header, ["signature"] = signature }));
    }

    /// <summary>As the other, with a key in memory.</summary>
    public static byte[] Sign(AgentCard card, SigningKey key) => Sign(card, key.Algorithm, key.KeyId, data => key.Sign(data));

    private static byte[] Insert(ReadOnlyMemory<byte> json, byte[] signature)
    {
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length + signature.Length + 32);
        if (document.RootElement.TryGetProperty(CardSchema.Signatures, out var list) && list.ValueKind == JsonValueKind.Array)
        {
            // Before the array's closing bracket.
            var end = A2AJson.RangeOf(json, list).End.Value - 1;
            buffer.Write(json.Span[..end]);
            if (list.GetArrayLength() > 0)
                buffer.Write(","u8);
            buffer.Write(signature);
            buffer.Write(json.Span[end..]);
            return buffer.WrittenSpan.ToArray();
        }
        using var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact);
        writer.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Name != CardSchema.Signatures)
                member.WriteTo(writer);
        }
        writer.WriteStartArray("signatures"u8);
        writer.WriteRawValue(signature);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
