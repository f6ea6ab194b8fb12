using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace A2AConsole.Core.Tests.Identity;

/// <summary>A certificate put together field by field, so that each can be wrong in a way that no certificate builder would write.</summary>
internal sealed record RawCertificate
{
    public const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    public const string EcdsaWithSha384 = "1.2.840.10045.4.3.3";

    public required ECDsa Key { get; init; }
    public required byte[] Issuer { get; init; }
    public required byte[] Subject { get; init; }
    public byte[] Version { get; init; } = [0xA0, 3, 2, 1, 2];
    public byte[] Serial { get; init; } = Tlv(0x02, [0x41, .. RandomNumberGenerator.GetBytes(15)]);
    public string InnerAlgorithm { get; init; } = EcdsaWithSha256;
    public string OuterAlgorithm { get; init; } = EcdsaWithSha256;
    public byte[] NotBefore { get; init; } = Utc("260302090000Z");
    public byte[] NotAfter { get; init; } = Utc("260302103000Z");
    /// <summary>Takes the place of the key's own SubjectPublicKeyInfo.</summary>
    public byte[]? PublicKey { get; init; }
    public byte[] UniqueIdentifiers { get; init; } = [];
    public X509Extension[] Extensions { get; init; } = [];

    /// <summary>The certificate with an extension more, or in place of the one of the same OID.</summary>
    public RawCertificate With(X509Extension extension) => this with { Extensions = [.. Extensions.Where(e => e.Oid!.Value != extension.Oid!.Value), extension] };

    public RawCertificate Without(string oid) => this with { Extensions = [.. Extensions.Where(e => e.Oid!.Value != oid)] };

    public RawCertificate Adding(params X509Extension[] extensions) => this with { Extensions = [.. Extensions, .. extensions] };

    public byte[] Sign(ECDsa issuerKey)
    {
        var signed = Tlv(0x30,
        [
            .. Version, .. Serial, .. Algorithm(InnerAlgorithm), .. Issuer, .. Tlv(0x30, [.. NotBefore, .. NotAfter]), .. Subject,
            .. PublicKey ?? Key.ExportSubjectPublicKeyInfo(), .. UniqueIdentifiers, .. ExtensionList(),
        ]);
        var signature = issuerKey.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Tlv(0x30, [.. signed, .. Algorithm(OuterAlgorithm), .. Tlv(0x03, [0, .. signature])]);
    }

    public static byte[] Utc(string text) => Tlv(0x17, Encoding.ASCII.GetBytes(text));

    public static byte[] Generalized(string text) => Tlv(0x18, Encoding.ASCII.GetBytes(text));

    public static byte[] Name(string commonName) => new X500DistinguishedName($"CN={commonName}").RawData;

    public static byte[] Tlv(byte tag, byte[] content)
        => content.Length < 128 ? [tag, (byte)content.Length, .. content]
        : content.Length < 256 ? [tag, 0x81, (byte)content.Length, .. content]
        : [tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private byte[] ExtensionList()
    {
        if (Extensions.Length == 0)
            return [];
        var list = Extensions.SelectMany(e =>
        {
            var oid = new AsnWriter(AsnEncodingRules.DER);
            oid.WriteObjectIdentifier(e.Oid!.Value!);
            return Tlv(0x30, [.. oid.Encode(), .. e.Critical ? new byte[] { 1, 1, 0xFF } : [], .. Tlv(0x04, e.RawData)]);
        });
        return Tlv(0xA3, Tlv(0x30, [.. list]));
    }

    private static byte[] Algorithm(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }
}
