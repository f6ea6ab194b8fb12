using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Certificates;

/// <summary>Builds certificates from profiles. It decides nothing: whether one may be built was decided before.</summary>
public static class CertificateBuilder
{
    private const int SerialSize = 16;
    private const int V3 = 2;
    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 3);

    /// <summary>A root: issuer and subject are the same key.</summary>
    public static X509Certificate2 SelfSigned(CertificateProfile profile, ICustodyKey key, DateTimeOffset now)
    {
        var subjectKey = PublicKeyOf(key);
        var identifier = X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(new X509SubjectKeyIdentifierExtension(subjectKey, critical: false));
        return X509CertificateLoader.LoadCertificate(Write(
            profile, subjectKey, profile.Subject.RawData, identifier, key, NewSerial(), WholeSecond(now - profile.Backdating), WholeSecond(now + profile.Lifetime)));
    }

    /// <summary>
    /// A certificate for <paramref name="subjectKey"/> under an issuer, whose end of validity it never outlives.
    /// Throws <see cref="InvalidOperationException"/> when the issuer's validity has ended.
    /// </summary>
    public static X509Certificate2 Issued(CertificateProfile profile, PublicKey subjectKey, X509Certificate2 issuer, ICustodyKey issuerKey, DateTimeOffset now)
        => X509CertificateLoader.LoadCertificate(Built(profile, subjectKey, new IssuerFacts(issuer), issuerKey, now).Der);

    /// <summary>The public half of a key in custody.</summary>
    public static PublicKey PublicKeyOf(ICustodyKey key) => PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);

    /// <summary>
    /// The same, as it is written: what nobody here reads again need not be parsed. <paramref name="issuer"/> is the certificate that
    /// belongs to <paramref name="issuerKey"/>, read once.
    /// </summary>
    internal static BuiltCertificate Built(CertificateProfile profile, PublicKey subjectKey, IssuerFacts issuer, ICustodyKey issuerKey, DateTimeOffset now)
    {
        var notBefore = now - profile.Backdating;
        var notAfter = now + profile.Lifetime;
        notBefore = WholeSecond(notBefore < issuer.NotBefore ? issuer.NotBefore : notBefore);
        notAfter = WholeSecond(notAfter > issuer.NotAfter ? issuer.NotAfter : notAfter);
        if (notAfter <= now)
            throw new InvalidOperationException($"the issuer's validity ended at {issuer.NotAfter.UtcDateTime:u}");
        var serial = NewSerial();
        var der = Write(profile, subjectKey, issuer.Subject, issuer.KeyIdentifier, issuerKey, serial, notBefore, notAfter);
        return new(der, Convert.ToHexStringLower(serial), notBefore, notAfter);
    }

    // RFC 5280 §4.1.
    private static byte[] Write(
        CertificateProfile profile, PublicKey subjectKey, ReadOnlySpan<byte> issuer, X509Extension issuerKeyIdentifier, ICustodyKey issuerKey, byte[] serial,
        DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var generator = new CustodySignatureGenerator(issuerKey);
        var algorithm = generator.GetSignatureAlgorithmIdentifier(HashAlgorithmName.SHA256);
        var writer = new AsnWriter(AsnEncodingRules.DER, initialCapacity: 2048);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Version))
                writer.WriteInteger(V3);
            writer.WriteInteger(serial);
            writer.WriteEncodedValue(algorithm);
            writer.WriteEncodedValue(issuer);
            using (writer.PushSequence())
            {
                WriteTime(writer, notBefore);
                WriteTime(writer, notAfter);
            }
            writer.WriteEncodedValue(profile.Subject.RawData);
            writer.WriteEncodedValue(subjectKey.ExportSubjectPublicKeyInfo());
            using (writer.PushSequence(Extensions))
            using (writer.PushSequence())
            {
                WriteExtensions(writer, profile, subjectKey, issuerKeyIdentifier, serial);
            }
        }
        var content = writer.Encode();
        var signature = generator.SignData(content, HashAlgorithmName.SHA256);
        writer.Reset();
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(content);
            writer.WriteEncodedValue(algorithm);
            writer.WriteBitString(signature);
        }
        return writer.Encode();
    }

    /// <summary>What every certificate of a kind says alike.</summary>
    internal static IReadOnlyList<X509Extension> UsagesOf(bool isAuthority, int pathLength, X509KeyUsageFlags usage, IReadOnlyList<Oid> extended)
    {
        var result = new List<X509Extension>
        {
            new X509BasicConstraintsExtension(isAuthority, isAuthority, pathLength, critical: true),
            new X509KeyUsageExtension(usage, critical: true),
        };
        if (extended.Count > 0)
            result.Add(new X509EnhancedKeyUsageExtension([.. extended], critical: false));
        return result;
    }

    private static void WriteExtensions(AsnWriter writer, CertificateProfile profile, PublicKey subjectKey, X509Extension issuerKeyIdentifier, byte[] serial)
    {
        foreach (var extension in profile.Usages ?? UsagesOf(profile.IsAuthority, profile.PathLength, profile.KeyUsage, profile.ExtendedKeyUsages))
            WriteExtension(writer, extension);
        if (profile.SubjectAlternativeName is { } names)
            WriteExtension(writer, names);
        WriteExtension(writer, new X509SubjectKeyIdentifierExtension(subjectKey, critical: false));
        WriteExtension(writer, issuerKeyIdentifier);
        foreach (var extension in profile.Extensions)
            WriteExtension(writer, extension);
        if (profile.StatusOf is not { } status)
            return;
        foreach (var extension in status(Convert.ToHexStringLower(serial)))
            WriteExtension(writer, extension);
    }

    private static void WriteExtension(AsnWriter writer, X509Extension extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(EncodedOid.Of(extension.Oid!.Value!));
            if (extension.Critical)
                writer.WriteBoolean(true);
            writer.WriteOctetString(extension.RawData);
        }
    }

    // UTCTime through 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5).
    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year < 2050)
            writer.WriteUtcTime(time, 2049);
        else
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    /// <summary>128 random bits, positive, without a leading zero byte (RFC 5280 §4.1.2.2 allows 20 bytes).</summary>
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialSize);
        serial[0] &= 0x7F;
        if (serial[0] == 0)
            serial[0] = 1;
        return serial;
    }
}

/// <summary>A certificate as it was written: its DER, its serial (lower-case hex) and its validity (UTC, whole seconds).</summary>
internal sealed record BuiltCertificate(byte[] Der, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

/// <summary>What of an issuer's certificate goes into those that it issues.</summary>
internal sealed class IssuerFacts(X509Certificate2 certificate)
{
    public byte[] Subject { get; } = certificate.SubjectName.RawData;

    public X509Extension KeyIdentifier { get; }
        = X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false);

    public DateTimeOffset NotBefore { get; } = new DateTimeOffset(certificate.NotBefore).ToUniversalTime();

    public DateTimeOffset NotAfter { get; } = new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
}
