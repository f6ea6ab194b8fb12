using System.Security.Cryptography;
using System.Text;

namespace A2AConsole.Testing;

/// <summary>
/// DSSE envelopes made by hand, independent of the code under test, so that a mistake in the product's signing cannot hide a
/// mistake in its verifying; and able to make what the product would refuse to make.
/// </summary>
public static class Envelopes
{
    /// <summary>The payload type of events.</summary>
    public const string EventType = "application/cloudevents+json";

    /// <summary>The payload type of signed batch roots.</summary>
    public const string BatchType = "application/vnd.a2aconsole.batch+json";

    /// <summary>DSSE v1 pre-authentication encoding.</summary>
    public static byte[] Pae(string payloadType, ReadOnlySpan<byte> payload)
        => [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} "), .. payload];

    /// <summary>SHA-256 of the key's SubjectPublicKeyInfo, lower-case hex.</summary>
    public static string KeyId(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>A signed envelope. <paramref name="keyId"/> null: the key's own; empty: none.</summary>
    public static byte[] Sign(ECDsa key, ReadOnlySpan<byte> payload, string payloadType = EventType, string? keyId = null)
    {
        var signature = key.SignData(Pae(payloadType, payload), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return Wrap(payload, signature, keyId ?? KeyId(key), payloadType);
    }

    /// <summary>An envelope around a payload with any signature.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature, string? keyId, string payloadType = EventType)
    {
        var named = string.IsNullOrEmpty(keyId) ? "" : $"\"keyid\":\"{keyId}\",";
        return Encoding.UTF8.GetBytes(
            $$"""{"payloadType":"{{payloadType}}","payload":"{{Convert.ToBase64String(payload)}}","signatures":[{{{named}}"sig":"{{Convert.ToBase64String(signature)}}"}]}""");
    }

    /// <summary>Envelopes as a JSON array.</summary>
    public static byte[] Array(IEnumerable<byte[]> envelopes) => Join(envelopes, "[", ",", "]");

    /// <summary>Envelopes as NDJSON.</summary>
    public static byte[] Lines(IEnumerable<byte[]> envelopes) => Join(envelopes, "", "\n", "\n");

    private static byte[] Join(IEnumerable<byte[]> parts, string before, string between, string after)
    {
        using var body = new MemoryStream();
        body.Write(Encoding.UTF8.GetBytes(before));
        var first = true;
        foreach (var part in parts)
        {
            if (!first)
                body.Write(Encoding.UTF8.GetBytes(between));
            first = false;
            body.Write(part);
        }
        body.Write(Encoding.UTF8.GetBytes(after));
        return body.ToArray();
    }
}
