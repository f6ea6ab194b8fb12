using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Identity;

/// <summary>
/// The extensions in which an SVID says with what else its agent signs. Neither is critical: TLS peers know nothing of them and
/// need not, since only the certificate's own key counts there; whoever verifies envelopes by our rules reads both.
/// <code>
/// id-ce-subjectAltPublicKeyInfo 2.5.29.72           SubjectPublicKeyInfo     (ITU-T X.509 (2019) §9.8.2)
/// a2a-signatureRequirement      2.25.2123929963…    SignatureRequirement ::= ENUMERATED { both (1) }
/// </code>
/// </summary>
public static class SvidExtensions
{
    /// <summary>A further key of the subject, of another algorithm than the certificate's own.</summary>
    public const string AlternativeKeyOid = "2.5.29.72";

    /// <summary>Ours: which of the subject's signatures an envelope needs. Without it, either one will do.</summary>
    public const string SignatureRequirementOid = "2.25.212392996310706628517319295806575230590";

    private enum SignatureRequirement
    {
        Both = 1,
    }

    /// <summary>The extension that carries a further key, given as DER SubjectPublicKeyInfo.</summary>
    public static X509Extension AlternativeKey(ReadOnlySpan<byte> subjectPublicKeyInfo) => new(AlternativeKeyOid, subjectPublicKeyInfo, critical: false);

    /// <summary>The extension that asks for both signatures on each envelope.</summary>
    public static X509Extension BothSignatures()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteEnumeratedValue(SignatureRequirement.Both);
        return new X509Extension(SignatureRequirementOid, writer.Encode(), critical: false);
    }

    /// <summary>What a certificate says of a further signing key that was proven: nothing when there is none.</summary>
    public static IReadOnlyList<X509Extension> For(SigningKeyRequest? key, bool bothRequired)
        => key is null ? []
            : bothRequired || key.RequireBoth ? [AlternativeKey(key.PublicKey.Span), BothSignatures()]
            : [AlternativeKey(key.PublicKey.Span)];

    /// <summary>The DER SubjectPublicKeyInfo that a certificate carries beside its own key, unverified; or null.</summary>
    public static byte[]? AlternativeKeyOf(X509Certificate2 certificate) => certificate.Extensions[AlternativeKeyOid]?.RawData;

    /// <summary>Whether a certificate says that each of its subject's envelopes needs both signatures, unverified.</summary>
    public static bool RequiresBothSignatures(X509Certificate2 certificate) => certificate.Extensions[SignatureRequirementOid] is not null;

    /// <summary>Reads <see cref="BothSignatures"/>'s value. Throws <see cref="AsnContentException"/> for any other.</summary>
    internal static bool ReadRequirement(AsnReader reader)
        => reader.ReadEnumeratedValue<SignatureRequirement>() == SignatureRequirement.Both ? true : throw new AsnContentException();
}
