using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Trust.Est;

/// <summary>What EST's messages carry: base64 of DER (RFC 7030 §4, RFC 8951 §3).</summary>
internal static class EstBodies
{
    /// <summary>Base64 without line breaks (RFC 4648 §3.1): some clients, strongSwan's among them, read nothing else.</summary>
    public static string Encode(byte[] der) => Convert.ToBase64String(der);

    /// <summary>The bytes in base64 with or without line breaks, or null when it is none.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        var text = Encoding.ASCII.GetString(base64);
        if (string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A certs-only CMS message (RFC 5652 §5, no signer; RFC 7030 §4.1.3).</summary>
    public static byte[] CertificatesOnly(X509Certificate2Collection certificates) => certificates.Export(X509ContentType.Pkcs7)!;

    /// <summary>
    /// Which keys a request may hold (CsrAttrs, RFC 7030 §4.5.2): for elliptic curves the key type with its curve, and for each algorithm what
    /// it is to be signed with. The preferred one first.
    /// </summary>
    public static byte[] RequestAttributes(IEnumerable<SignatureAlgorithm> algorithms)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var algorithm in algorithms)
            {
                if (algorithm is { KeyOid: { } key, CurveOid: { } curve })
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(key);
                        using (writer.PushSetOf())
                            writer.WriteObjectIdentifier(curve);
                    }
                }
                if (algorithm.SignatureOid is { } signature)
                    writer.WriteObjectIdentifier(signature);
            }
        }
        return writer.Encode();
    }
}
