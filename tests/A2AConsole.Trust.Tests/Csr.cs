using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Trust.Tests;

/// <summary>Certification requests, good and bad.</summary>
internal static class Csr
{
    public static byte[] Der(ECDsa key, params string[] uris) => Request(key, HashAlgorithmName.SHA256, uris).CreateSigningRequest();

    public static string Pem(ECDsa key, params string[] uris) => Pem(Der(key, uris));

    public static string Pem(byte[] der) => PemEncoding.WriteString("CERTIFICATE REQUEST", der);

    public static string NewPem(params string[] uris)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Pem(key, uris);
    }

    public static CertificateRequest Request(ECDsa key, HashAlgorithmName hash, params string[] uris)
    {
        var request = new CertificateRequest("CN=anything", key, hash);
        if (uris.Length == 0)
            return request;
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
        {
            foreach (var uri in uris)
                names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        }
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", names.Encode(), critical: false));
        return request;
    }

    /// <summary>The request with its last byte, which is the signature's, changed.</summary>
    public static byte[] Tampered(byte[] der)
    {
        var copy = der.ToArray();
        copy[^1] ^= 0x01;
        return copy;
    }
}
