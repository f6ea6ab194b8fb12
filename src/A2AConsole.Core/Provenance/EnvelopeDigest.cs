using System.Text;
using System.Text.Json.Nodes;
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
        var signatures = new JsonArray();
        foreach (var signature in envelope.Signatures)
        {
            var item = new JsonObject { ["sig"] = Convert.ToBase64String(signature.Value.Span) };
            if (!signature.KeyId.IsEmpty)
                item["keyid"] = Encoding.UTF8.GetString(signature.KeyId.Span);
            signatures.Add(item);
        }
        return Sha256.Hash(CanonicalJson.Write(new JsonObject
        {
            ["payload"] = Convert.ToBase64String(envelope.Payload.Span), ["payloadType"] = envelope.PayloadType, ["signatures"] = signatures,
        }));
    }
}
