using System.Buffers;
using System.Buffers.Text;
using System.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Encodings;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Provenance;

/// <summary>
/// What a hop's statement is about: the envelope before it, whole, in whatever white space and order of members it travels. SHA-256 over
/// the canonical JSON (RFC 8785) of <c>{payload, payloadType, signatures: [{keyid, sig}]}</c>, <c>keyid</c> left out where it is empty.
/// </summary>
public static class EnvelopeDigest
{
    /// <summary>The digest, 32 bytes.</summary>
    public static byte[] Of(UnverifiedEnvelope envelope)
    {
        // Written straight, in the order that RFC 8785 gives these members: base64 has nothing to escape, the two texts may have.
        var buffer = new ArrayBufferWriter<byte>(envelope.Payload.Length / 3 * 4 + 512);
        buffer.Write("{\"payload\":\""u8);
        WriteBase64(buffer, envelope.Payload.Span);
        buffer.Write("\",\"payloadType\":"u8);
        CanonicalJson.WriteText(envelope.PayloadType, buffer);
        buffer.Write(",\"signatures\":["u8);
        for (var i = 0; i < envelope.Signatures.Count; i++)
        {
            var signature = envelope.Signatures[i];
            buffer.Write(i == 0 ? "{"u8 : ",{"u8);
            if (!signature.KeyId.IsEmpty)
            {
                buffer.Write("\"keyid\":"u8);
                CanonicalJson.WriteText(Encoding.UTF8.GetString(signature.KeyId.Span), buffer);
                buffer.Write(","u8);
            }
            buffer.Write("\"sig\":\""u8);
            WriteBase64(buffer, signature.Value.Span);
            buffer.Write("\"}"u8);
        }
        buffer.Write("]}"u8);
        return Sha256.Hash(buffer.WrittenSpan);
    }

    private static void WriteBase64(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> bytes)
    {
        Base64.EncodeToUtf8(bytes, buffer.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        buffer.Advance(written);
    }
}
