using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Trust.Certificates;

namespace A2AConsole.Trust.Revoking;

/// <summary>
/// Where the status of a certificate is told: its shard's revocation list and delta, and the OCSP responder. A certificate carries
/// these addresses, and its shard's list names the same one as its scope.
/// </summary>
public static class StatusAddresses
{
    /// <summary>
    /// How many lists an issuing CA's certificates are spread over. With 100,000 revoked a list holds about 800 of them, 40 KB.
    /// Part of issued certificates' addresses: a change makes the lists of those before it unreachable.
    /// </summary>
    public const int Shards = 128;

    private const string CrlPoints = "2.5.29.31", FreshestCrl = "2.5.29.46", AuthorityInfo = "1.3.6.1.5.5.7.1.1", Ocsp = "1.3.6.1.5.5.7.48.1";
    private static readonly Asn1Tag Name = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>The shard of a serial (hex): serials are random, so their last byte spreads them evenly.</summary>
    public static int ShardOf(string serial) => byte.Parse(serial.AsSpan(serial.Length - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) % Shards;

    /// <summary>The address of a shard's list, or of its delta.</summary>
    public static string List(string root, string issuerKeyId, int shard, bool delta)
        => string.Create(CultureInfo.InvariantCulture, $"{root}/crl/{issuerKeyId}/{shard}{(delta ? "-delta" : "")}.crl");

    /// <summary>The extensions that tell a certificate's addresses (RFC 5280 §4.2.1.13, §4.2.1.15, §4.2.2.1).</summary>
    internal static IEnumerable<X509Extension> Extensions(string root, string issuerKeyId, string serial)
    {
        var shard = ShardOf(serial);
        yield return Extension(CrlPoints, w => WritePoints(w, List(root, issuerKeyId, shard, delta: false)));
        yield return Extension(FreshestCrl, w => WritePoints(w, List(root, issuerKeyId, shard, delta: true)));
        yield return Extension(AuthorityInfo, w =>
        {
            using (w.PushSequence())
            using (w.PushSequence())
            {
                w.WriteEncodedValue(EncodedOid.Of(Ocsp));
                w.WriteCharacterString(UniversalTagNumber.IA5String, root + "/ocsp", Uri);
            }
        });
    }

    /// <summary>CRLDistributionPoints with one point.</summary>
    internal static void WritePoints(AsnWriter writer, string address)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
            WritePoint(writer, address);
    }

    /// <summary>A DistributionPointName, tagged as in both of its places.</summary>
    internal static void WritePoint(AsnWriter writer, string address)
    {
        using (writer.PushSequence(Name))
        using (writer.PushSequence(Name))
            writer.WriteCharacterString(UniversalTagNumber.IA5String, address, Uri);
    }

    private static X509Extension Extension(string oid, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 256);
        write(writer);
        return new X509Extension(oid, writer.Encode(), critical: false);
    }
}
