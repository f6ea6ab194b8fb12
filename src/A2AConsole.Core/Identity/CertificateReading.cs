using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Identity;

/// <summary>
/// The extensions that path and SVID rules ask about, read strictly from DER: the framework's typed extensions are lenient
/// about encodings and leave URI names out.
/// </summary>
internal sealed class CertificateReading
{
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string KeyUsage = "2.5.29.15";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string NameConstraints = "2.5.29.30";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private CertificateReading()
    {
    }

    public List<string> Uris { get; } = [];
    public bool IsCa { get; private set; }
    public int? PathLength { get; private set; }
    /// <summary>Null when the extension is absent.</summary>
    public X509KeyUsageFlags? Usage { get; private set; }
    /// <summary>Null when the extension is absent.</summary>
    public List<string>? ExtendedUsages { get; private set; }
    public bool HasNameConstraints { get; private set; }
    /// <summary>The further key's DER SubjectPublicKeyInfo, or null.</summary>
    public byte[]? AlternativeKey { get; private set; }
    /// <summary>Whether envelopes need both signatures.</summary>
    public bool RequiresBothSignatures { get; private set; }
    /// <summary>The OID of the first critical extension that we don't understand.</summary>
    public string? UnknownCritical { get; private set; }

    /// <summary>Reads a certificate's extensions; <paramref name="error"/> says what is malformed.</summary>
    public static CertificateReading? TryRead(X509Certificate2 certificate, out string? error)
    {
        var reading = new CertificateReading();
        error = null;
        try
        {
            if (certificate.Version != 3)
                error = "an X.509 version 3 certificate is needed";
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var extension in certificate.Extensions)
            {
                var oid = extension.Oid?.Value ?? "";
                if (!seen.Add(oid))
                    error ??= $"the extension {oid} appears twice";
                reading.Read(oid, extension);
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException or OverflowException)
        {
            error = "an extension is not valid DER";
        }
        return error is null ? reading : null;
    }

    private void Read(string oid, X509Extension extension)
    {
        var reader = new AsnReader(extension.RawData, AsnEncodingRules.DER);
        switch (oid)
        {
            case SubjectAlternativeName:
                ReadNames(reader.ReadSequence());
                break;
            case BasicConstraints:
                var constraints = reader.ReadSequence();
                // DEFAULT FALSE: some issuers write it out all the same, against DER; refusing that would gain nothing.
                IsCa = constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && constraints.ReadBoolean();
                if (constraints.HasData)
                    PathLength = constraints.TryReadInt32(out var length) && length >= 0 ? length : throw new AsnContentException();
                constraints.ThrowIfNotEmpty();
                break;
            case KeyUsage:
                Usage = (X509KeyUsageFlags)ReadUsage(reader);
                break;
            case ExtendedKeyUsage:
                ExtendedUsages = [];
                for (var usages = reader.ReadSequence(); usages.HasData;)
                    ExtendedUsages.Add(usages.ReadObjectIdentifier());
                break;
            case NameConstraints:
                HasNameConstraints = true;
                return;
            case SvidExtensions.AlternativeKeyOid:
                AlternativeKey = reader.ReadEncodedValue().ToArray();
                break;
            case SvidExtensions.SignatureRequirementOid:
                RequiresBothSignatures = SvidExtensions.ReadRequirement(reader);
                break;
            default:
                if (extension.Critical)
                    UnknownCritical ??= oid;
                return;
        }
        reader.ThrowIfNotEmpty();
    }

    private void ReadNames(AsnReader names)
    {
        var uri = new Asn1Tag(TagClass.ContextSpecific, 6);
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(uri))
                Uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, uri));
            else
                names.ReadEncodedValue();
        }
    }

    private static int ReadUsage(AsnReader reader)
    {
        var bits = reader.ReadBitString(out _);
        var flags = 0;
        // The framework numbers its flags as the encoded bytes stand, the ninth bit (decipherOnly) above them.
        if (bits.Length > 0)
            flags = bits[0];
        if (bits.Length > 1)
            flags |= bits[1] << 8;
        return bits.Length <= 2 ? flags : throw new AsnContentException();
    }
}
