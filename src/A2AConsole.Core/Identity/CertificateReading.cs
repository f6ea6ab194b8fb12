using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;

namespace A2AConsole.Core.Identity;

/// <summary>
/// A certificate's fields, read strictly from DER (RFC 5280 §4.1): the framework's properties are lenient about encodings, and
/// what two readers take differently is where forgeries live. Nothing here says that a signature is right.
/// </summary>
internal sealed class CertificateReading
{
    /// <summary>The longest certificate that is read, in bytes: more than one with a post-quantum key beside its own needs.</summary>
    public const int MaxSize = 32 * 1024;

    /// <summary>The longest serial number, in bytes as encoded (RFC 5280 §4.1.2.2).</summary>
    public const int MaxSerialSize = 20;

    // RFC 5280 §4.1.2.5: UTCTime through the year 2049, GeneralizedTime from 2050 on.
    private const int FirstGeneralizedYear = 2050;

    private CertificateFault? _fault;

    private CertificateReading()
    {
    }

    /// <summary>The issuer's and the subject's name, DER: names chain byte by byte.</summary>
    public ReadOnlyMemory<byte> Issuer { get; private set; }
    public ReadOnlyMemory<byte> Subject { get; private set; }
    /// <summary>The serial number's bytes, big-endian.</summary>
    public ReadOnlyMemory<byte> Serial { get; private set; }
    public DateTimeOffset NotBefore { get; private set; }
    public DateTimeOffset NotAfter { get; private set; }
    /// <summary>The subject's key, DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; private set; }
    public ExtensionReading Extensions { get; } = new();

    /// <summary>Whether issuer and subject are one name (RFC 5280 §3.2). Says nothing of who signed it.</summary>
    public bool IsSelfIssued => Issuer.Span.SequenceEqual(Subject.Span);

    /// <summary>Whether the subject is the empty name.</summary>
    public bool HasEmptySubject => Subject.Length == 2;

    /// <summary>Reads a certificate; null with the first <paramref name="fault"/> found. Never throws for any input.</summary>
    public static CertificateReading? TryRead(ReadOnlyMemory<byte> der, out CertificateFault? fault)
    {
        var reading = new CertificateReading();
        try
        {
            if (der.Length > MaxSize)
                reading.Fault(SvidRefusalCodes.Malformed, string.Create(CultureInfo.InvariantCulture, $"is longer than {MaxSize} bytes"));
            else
                reading.Read(der);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException or OverflowException)
        {
            reading.Fault(SvidRefusalCodes.Malformed, "is not valid DER");
        }
        fault = reading._fault ?? reading.Extensions.Fault;
        return fault is null ? reading : null;
    }

    private void Read(ReadOnlyMemory<byte> der)
    {
        var whole = new AsnReader(der, AsnEncodingRules.DER);
        var certificate = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var signed = certificate.ReadSequence();
        var algorithm = certificate.ReadEncodedValue();
        if (!certificate.TryReadPrimitiveBitString(out var unused, out _) || unused != 0)
            Fault(SvidRefusalCodes.Malformed, "has a signature that is no whole number of bytes");
        certificate.ThrowIfNotEmpty();

        ReadVersion(signed);
        ReadSerial(signed);
        if (!signed.ReadEncodedValue().Span.SequenceEqual(algorithm.Span))
            Fault(SvidRefusalCodes.AlgorithmMismatch, "names one signature algorithm inside of what is signed and another outside");
        Issuer = ReadName(signed);
        ReadValidity(signed.ReadSequence());
        Subject = ReadName(signed);
        SubjectPublicKeyInfo = signed.ReadEncodedValue();
        if (Issuer.Length == 2)
            Fault(SvidRefusalCodes.Malformed, "has no issuer name");
        ReadExtensions(signed);
    }

    private void ReadVersion(AsnReader signed)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        const int version3 = 2;
        var version = signed.PeekTag() == tag ? signed.ReadSequence(tag) : null;
        if (version is null || !version.TryReadInt32(out var number) || number != version3 || version.HasData)
            Fault(SvidRefusalCodes.Malformed, "is not of X.509 version 3");
    }

    private void ReadSerial(AsnReader signed)
    {
        if (signed.PeekTag() != Asn1Tag.Integer)
            throw new AsnContentException();
        // As it stands, before the reader has an opinion: each fault of a serial has a sentence of its own.
        Serial = signed.PeekContentBytes();
        var bytes = Serial.Span;
        var why = bytes.IsEmpty ? "has an empty serial number"
            : bytes.Length > MaxSerialSize ? string.Create(CultureInfo.InvariantCulture, $"has a serial number of {bytes.Length} bytes; at most {MaxSerialSize} are allowed")
            : (bytes[0] & 0x80) != 0 ? "has a negative serial number"
            : bytes is [0] ? "has the serial number zero"
            : bytes is [0, < 0x80, ..] ? "has a serial number with needless leading zeros"
            : null;
        if (why is not null)
            Fault(SvidRefusalCodes.Serial, why);
        signed.ReadEncodedValue();
    }

    private static ReadOnlyMemory<byte> ReadName(AsnReader signed)
    {
        var name = signed.PeekEncodedValue();
        // Its parts are compared, not read: but it must be a sequence of sets of pairs, so that "empty" means empty.
        for (var parts = signed.ReadSequence(); parts.HasData;)
        {
            for (var part = parts.ReadSetOf(); part.HasData;)
            {
                var pair = part.ReadSequence();
                pair.ReadObjectIdentifier();
                pair.ReadEncodedValue();
                pair.ThrowIfNotEmpty();
            }
        }
        return name;
    }

    private void ReadValidity(AsnReader validity)
    {
        (NotBefore, NotAfter) = (ReadTime(validity), ReadTime(validity));
        validity.ThrowIfNotEmpty();
        if (NotAfter < NotBefore)
            Fault(SvidRefusalCodes.Validity, "ends before it begins");
    }

    private DateTimeOffset ReadTime(AsnReader validity)
    {
        var tag = validity.PeekTag();
        var text = validity.PeekContentBytes().Span;
        validity.ReadEncodedValue();
        var isGeneralized = tag == Asn1Tag.GeneralizedTime;
        var format = isGeneralized ? "yyyyMMddHHmmss'Z'" : "yyMMddHHmmss'Z'";
        Span<char> characters = stackalloc char[15];
        if ((!isGeneralized && tag != Asn1Tag.UtcTime) || text.Length != format.Length - 2 || text.ContainsAnyExceptInRange((byte)'0', (byte)'Z'))
        {
            Fault(SvidRefusalCodes.Validity, "has a date that is not written in whole seconds of UTC, ending in Z");
            return default;
        }
        for (var i = 0; i < text.Length; i++)
            characters[i] = (char)text[i];
        // Two digits of a year mean 1950 to 2049 (RFC 5280 §4.1.2.5.1).
        var century = isGeneralized ? "" : text[0] >= '5' ? "19" : "20";
        if (!DateTimeOffset.TryParseExact(string.Concat(century, characters[..text.Length]), "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            Fault(SvidRefusalCodes.Validity, "has a date that is none");
            return default;
        }
        if (isGeneralized && time.Year < FirstGeneralizedYear)
            Fault(SvidRefusalCodes.Validity, string.Create(CultureInfo.InvariantCulture, $"has a date before {FirstGeneralizedYear} written as GeneralizedTime"));
        return time;
    }

    private void ReadExtensions(AsnReader signed)
    {
        if (!signed.HasData)
            return;
        // The unique identifiers [1] and [2] would stand here: RFC 5280 §4.1.2.8 forbids them.
        var list = signed.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true));
        signed.ThrowIfNotEmpty();
        var extensions = list.ReadSequence();
        list.ThrowIfNotEmpty();
        if (!extensions.HasData)
            throw new AsnContentException();
        Extensions.Read(extensions);
    }

    private void Fault(string code, string why) => _fault ??= new(code, why);
}
