using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Identity;

/// <summary>The extensions that path and SVID rules ask about, read strictly from DER (RFC 5280 §4.2.1).</summary>
internal sealed class ExtensionReading
{
    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string NameConstraintsOid = "2.5.29.30";
    public const string AuthorityKeyIdentifier = "2.5.29.35";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    public const string AnyExtendedUsage = "2.5.29.37.0";

    /// <summary>The most names that a certificate may carry: each is held against every constraint above it.</summary>
    public const int MaxNames = 64;

    private const int MaxExtensions = 32;
    private const int UriTag = 6;

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);

    /// <summary>The first thing that is wrong, or null.</summary>
    public CertificateFault? Fault { get; private set; }

    public IReadOnlyList<GeneralName> Names { get; private set; } = [];
    public bool AreNamesCritical { get; private set; }
    public IEnumerable<string> Uris => Names.Where(n => n.Form == NameForm.Uri).Select(n => n.Text);
    public bool IsCa { get; private set; }
    public bool IsCaCritical { get; private set; }
    public int? PathLength { get; private set; }
    /// <summary>Null when the extension is absent.</summary>
    public X509KeyUsageFlags? Usage { get; private set; }
    public bool IsUsageCritical { get; private set; }
    /// <summary>Null when the extension is absent.</summary>
    public IReadOnlyList<string>? ExtendedUsages { get; private set; }
    /// <summary>Null when the extension is absent.</summary>
    public NameConstraints? Constraints { get; private set; }
    public bool AreConstraintsCritical { get; private set; }
    /// <summary>Null when the extension is absent.</summary>
    public ReadOnlyMemory<byte>? SubjectKeyId { get; private set; }
    /// <summary>The issuer's key id and serial number, as far as the certificate names them.</summary>
    public ReadOnlyMemory<byte>? AuthorityKeyId { get; private set; }
    public ReadOnlyMemory<byte>? AuthoritySerial { get; private set; }
    /// <summary>The second key's DER SubjectPublicKeyInfo; null when the extension is absent.</summary>
    public ReadOnlyMemory<byte>? AlternativeKey { get; private set; }
    /// <summary>Whether the subject's envelopes need both signatures.</summary>
    public bool RequiresBothSignatures { get; private set; }
    /// <summary>The OID of the first critical extension that we don't understand.</summary>
    public string? UnknownCritical { get; private set; }

    /// <summary>The contents of an extension, or null when the certificate has none of this OID.</summary>
    public ReadOnlyMemory<byte>? Find(string oid) => _values.TryGetValue(oid, out var value) ? value : null;

    /// <summary>Reads the list. Throws <see cref="AsnContentException"/> where it is no DER; other faults are kept in <see cref="Fault"/>.</summary>
    public void Read(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            // DEFAULT FALSE: some issuers write it out all the same, against DER; refusing that would gain nothing.
            var isCritical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            if (!extension.TryReadPrimitiveOctetString(out var value))
                throw new AsnContentException();
            extension.ThrowIfNotEmpty();
            if (!_values.TryAdd(oid, value))
                Fail(SvidRefusalCodes.DuplicateExtension, $"has the extension {oid} twice");
            else if (_values.Count > MaxExtensions)
                Fail(SvidRefusalCodes.Malformed, string.Create(CultureInfo.InvariantCulture, $"has more than {MaxExtensions} extensions"));
            else
                Read(oid, isCritical, new AsnReader(value, AsnEncodingRules.DER));
        }
    }

    private void Read(string oid, bool isCritical, AsnReader reader)
    {
        switch (oid)
        {
            case SubjectAlternativeName:
                AreNamesCritical = isCritical;
                ReadNames(reader.ReadSequence());
                break;
            case BasicConstraints:
                ReadBasicConstraints(reader.ReadSequence(), isCritical);
                break;
            case KeyUsage:
                IsUsageCritical = isCritical;
                Usage = (X509KeyUsageFlags)ReadUsage(reader);
                break;
            case ExtendedKeyUsage:
                ReadExtendedUsages(reader.ReadSequence());
                break;
            case NameConstraintsOid:
                AreConstraintsCritical = isCritical;
                Constraints = NameConstraints.Read(reader.ReadSequence(), out var why);
                if (why is not null)
                    Fail(SvidRefusalCodes.NameConstraints, $"has name constraints that cannot be applied: {why}");
                break;
            case SubjectKeyIdentifier:
                SubjectKeyId = reader.TryReadPrimitiveOctetString(out var id) && id.Length > 0 ? id : throw new AsnContentException();
                break;
            case AuthorityKeyIdentifier:
                ReadAuthorityKey(reader.ReadSequence());
                break;
            case SvidExtensions.AlternativeKeyOid:
                AlternativeKey = reader.ReadEncodedValue();
                break;
            case SvidExtensions.SignatureRequirementOid:
                RequiresBothSignatures = SvidExtensions.ReadRequirement(reader);
                break;
            default:
                if (isCritical)
                    UnknownCritical ??= oid;
                return;
        }
        reader.ThrowIfNotEmpty();
    }

    private void ReadNames(AsnReader names)
    {
        var read = new List<GeneralName>();
        if (!names.HasData)
            throw new AsnContentException();
        while (names.HasData)
        {
            read.Add(GeneralName.Read(names));
            if (read.Count > MaxNames)
            {
                Fail(SvidRefusalCodes.Malformed, string.Create(CultureInfo.InvariantCulture, $"has more than {MaxNames} names"));
                break;
            }
        }
        Names = read;
    }

    private void ReadBasicConstraints(AsnReader constraints, bool isCritical)
    {
        // As above: FALSE written out is tolerated.
        IsCa = constraints.HasData && constraints.PeekTag() == Asn1Tag.Boolean && constraints.ReadBoolean();
        IsCaCritical = isCritical;
        if (constraints.HasData)
            PathLength = constraints.TryReadInt32(out var length) && length >= 0 ? length : throw new AsnContentException();
        constraints.ThrowIfNotEmpty();
        if (!IsCa && PathLength is not null)
            Fail(SvidRefusalCodes.PathLength, "limits a path's length without being a certificate authority");
    }

    private void ReadExtendedUsages(AsnReader usages)
    {
        var read = new List<string>();
        while (usages.HasData)
            read.Add(usages.ReadObjectIdentifier());
        ExtendedUsages = read.Count > 0 ? read : throw new AsnContentException();
    }

    private static int ReadUsage(AsnReader reader)
    {
        if (!reader.TryReadPrimitiveBitString(out var unused, out var value) || value.Length is 0 or > 2)
            throw new AsnContentException();
        var bits = value.Span;
        // A named bit list ends with its last set bit (X.690 §11.2.2), and a usage that allows nothing is none.
        if ((bits[^1] >> unused & 1) == 0)
            throw new AsnContentException();
        // The framework numbers its flags as the encoded bytes stand, the ninth bit (decipherOnly) above them.
        return bits.Length == 1 ? bits[0] : bits[0] | bits[1] << 8;
    }

    private void ReadAuthorityKey(AsnReader authority)
    {
        const int keyId = 0, names = 1, serial = 2;
        static bool At(AsnReader reader, int tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, tag));
        if (At(authority, keyId))
            AuthorityKeyId = authority.TryReadPrimitiveOctetString(out var id, new Asn1Tag(TagClass.ContextSpecific, keyId)) ? id : throw new AsnContentException();
        var hasNames = At(authority, names);
        if (hasNames)
            authority.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, names));
        if (At(authority, serial))
            AuthoritySerial = authority.ReadIntegerBytes(new Asn1Tag(TagClass.ContextSpecific, serial));
        authority.ThrowIfNotEmpty();
        // RFC 5280 §4.2.1.1: the issuer's name and serial number stand together or not at all.
        if (hasNames != (AuthoritySerial is not null))
            throw new AsnContentException();
    }

    private void Fail(string code, string why) => Fault ??= new(code, why);
}
