using System.Globalization;
using System.Text;

namespace A2AConsole.Sdk;

/// <summary>The payload types that the edge takes.</summary>
internal static class DssePayloadTypes
{
    public const string Event = "application/cloudevents+json";
    public const string Batch = "application/vnd.a2aconsole.batch+json";
}

/// <summary>What a DSSE signature is over.</summary>
internal static class DsseEncoding
{
    /// <summary>The pre-authentication encoding (DSSE protocol, "PAE"): <c>DSSEv1 len(type) type len(payload) payload</c>.</summary>
    public static byte[] Pae(string payloadType, ReadOnlySpan<byte> payload)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ");
        return [.. Encoding.UTF8.GetBytes(head), .. payload];
    }
}
