using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Revoking;

/// <summary>What one revocation list says (RFC 5280 §5), but for its issuer and its signature.</summary>
internal sealed record RevocationListContent
{
    public required DateTimeOffset ThisUpdate { get; init; }
    public required DateTimeOffset NextUpdate { get; init; }
    /// <summary>Full and delta lists of a shard share one sequence (§5.2.3).</summary>
    public required long Number { get; init; }
    /// <summary>The address that the certificates in its scope name: the list is of these and no others (§5.2.5).</summary>
    public required string DistributionPoint { get; init; }
    /// <summary>Where the delta is (§5.2.6); null in a delta.</summary>
    public string? Freshest { get; init; }
    /// <summary>The number of the full list that this one is a delta to (§5.2.4); null in a full one.</summary>
    public long? DeltaOf { get; init; }
    /// <summary>Ordered by serial.</summary>
    public required IReadOnlyList<RevocationListEntry> Entries { get; init; }
}

/// <summary>A line of a list. <paramref name="Reason"/> null: no longer on the list, in a delta (<c>removeFromCRL</c>).</summary>
internal sealed record RevocationListEntry(string Serial, DateTimeOffset At, RevocationReason? Reason);

/// <summary>
/// Writes and signs revocation lists: the framework's builder knows neither scopes nor deltas. DER throughout; version 2.
/// </summary>
internal static class RevocationListWriter
{
    private const string AuthorityKeyId = "2.5.29.35", Number = "2.5.29.20", Delta = "2.5.29.27", Scope = "2.5.29.28", Freshest = "2.5.29.46", Reason = "2.5.29.21";
    private const int RemoveFromCrl = 8;
    private const int LastUtcTimeYear = 2049;

    public static byte[] Write(X509Certificate2 issuer, ICustodyKey key, RevocationListContent content)
    {
        var signer = new CustodySignatureGenerator(key);
        var algorithm = signer.GetSignatureAlgorithmIdentifier(HashAlgorithmName.SHA256);
        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteInteger(1);
            list.WriteEncodedValue(algorithm);
            list.WriteEncodedValue(issuer.SubjectName.RawData);
            WriteTime(list, content.ThisUpdate);
            WriteTime(list, content.NextUpdate);
            if (content.Entries.Count > 0)
                WriteEntries(list, content.Entries);
            using (list.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (list.PushSequence())
                WriteExtensions(list, issuer, content);
        }
        var tbs = list.Encode();
        var signature = signer.SignData(tbs, HashAlgorithmName.SHA256);
        var signed = new AsnWriter(AsnEncodingRules.DER);
        using (signed.PushSequence())
        {
            signed.WriteEncodedValue(tbs);
            signed.WriteEncodedValue(algorithm);
            signed.WriteBitString(signature);
        }
        return signed.Encode();
    }

    private static void WriteEntries(AsnWriter writer, IReadOnlyList<RevocationListEntry> entries)
    {
        using var all = writer.PushSequence();
        foreach (var entry in entries)
        {
            using var one = writer.PushSequence();
            writer.WriteInteger(new BigInteger(Convert.FromHexString(entry.Serial), isUnsigned: true, isBigEndian: true));
            WriteTime(writer, entry.At);
            // Absent is unspecified (§5.3.1 wants no code for it).
            if (entry.Reason == RevocationReason.Unspecified)
                continue;
            using (writer.PushSequence())
                WriteExtension(writer, Reason, critical: false, w => w.WriteEnumeratedValue((Code)(entry.Reason is { } reason ? (int)reason : RemoveFromCrl)));
        }
    }

    // The writer takes enums only.
    private enum Code;

    private static void WriteExtensions(AsnWriter writer, X509Certificate2 issuer, RevocationListContent content)
    {
        if (issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } subject)
        {
            WriteExtension(writer, AuthorityKeyId, critical: false, w =>
            {
                using (w.PushSequence())
                    w.WriteOctetString(subject.SubjectKeyIdentifierBytes.Span, new Asn1Tag(TagClass.ContextSpecific, 0));
            });
        }
        WriteExtension(writer, Number, critical: false, w => w.WriteInteger(content.Number));
        if (content.DeltaOf is { } full)
            WriteExtension(writer, Delta, critical: true, w => w.WriteInteger(full));
        WriteExtension(writer, Scope, critical: true, w =>
        {
            using (w.PushSequence())
            {
                StatusAddresses.WritePoint(w, content.DistributionPoint);
                // onlyContainsUserCerts
                w.WriteBoolean(true, new Asn1Tag(TagClass.ContextSpecific, 1));
            }
        });
        if (content.Freshest is { } freshest)
            WriteExtension(writer, Freshest, critical: false, w => StatusAddresses.WritePoints(w, freshest));
    }

    private static void WriteExtension(AsnWriter writer, string oid, bool critical, Action<AsnWriter> value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (critical)
                writer.WriteBoolean(true);
            using (writer.PushOctetString())
                value(writer);
        }
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year <= LastUtcTimeYear)
            writer.WriteUtcTime(time.ToUniversalTime());
        else
            writer.WriteGeneralizedTime(time.ToUniversalTime(), omitFractionalSeconds: true);
    }
}
