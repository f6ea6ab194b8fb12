using System.Buffers;
using System.Text;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Envelopes;

/// <summary>Signs payloads into DSSE envelopes.</summary>
public static class DsseEnvelopeWriter
{
    /// <summary>The envelope of an event's bytes, signed with <paramref name="key"/>, and with <paramref name="also"/> beside it when there is one; UTF-8 JSON without white space.</summary>
    public static byte[] SignEvent(ReadOnlySpan<byte> payload, SigningKey key, SigningKey? also = null) => Sign(Dsse.EventType, payload, key, also);

    /// <summary>The envelope of a payload of any type.</summary>
    public static byte[] Sign(string payloadType, ReadOnlySpan<byte> payload, SigningKey key, SigningKey? also = null)
    {
        var type = Encoding.UTF8.GetBytes(payloadType);
        var pae = ArrayPool<byte>.Shared.Rent(Dsse.PaeLength(type, payload.Length));
        try
        {
            var length = Dsse.WritePae(type, payload, pae);
            var signed = pae.AsSpan(0, length);
            return also is null
                ? Encode(payloadType, payload, [(key.KeyId, key.Sign(signed))])
                : Encode(payloadType, payload, [(key.KeyId, key.Sign(signed)), (also.KeyId, also.Sign(signed))]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pae);
        }
    }

    /// <summary>The envelope of a payload with signatures made elsewhere; a null keyid is left out.</summary>
    public static byte[] Encode(string payloadType, ReadOnlySpan<byte> payload, ReadOnlySpan<(string? KeyId, byte[] Signature)> signatures)
    {
        var buffer = new ArrayBufferWriter<byte>(payload.Length / 3 * 4 + 320 + LengthOf(signatures));
        using var writer = new System.Text.Json.Utf8JsonWriter(buffer, JsonWriting.Compact);
        writer.WriteStartObject();
        writer.WriteString("payloadType"u8, payloadType);
        writer.WriteBase64String("payload"u8, payload);
        writer.WriteStartArray("signatures"u8);
        foreach (var (keyId, signature) in signatures)
        {
            writer.WriteStartObject();
            if (keyId is not null)
                writer.WriteString("keyid"u8, keyId);
            writer.WriteBase64String("sig"u8, signature);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static int LengthOf(ReadOnlySpan<(string? KeyId, byte[] Signature)> signatures)
    {
        var length = 0;
        foreach (var (_, signature) in signatures)
            length += signature.Length / 3 * 4;
        return length;
    }
}
