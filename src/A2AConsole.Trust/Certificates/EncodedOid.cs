using System.Collections.Concurrent;
using System.Formats.Asn1;

namespace A2AConsole.Trust.Certificates;

/// <summary>
/// Object identifiers in DER, each encoded once: the framework reads the text with big integers, which for a certificate's dozen of
/// them costs more than all its other bytes. Only for those that our own profiles name, which are few.
/// </summary>
internal static class EncodedOid
{
    private static readonly ConcurrentDictionary<string, byte[]> Known = new(StringComparer.Ordinal);

    public static ReadOnlySpan<byte> Of(string oid) => Known.GetOrAdd(oid, static text =>
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(text);
        return writer.Encode();
    });
}
