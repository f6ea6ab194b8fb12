using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Sdk;

/// <summary>Reads subject alternative names (RFC 5280 §4.2.1.6).</summary>
internal static class SubjectNames
{
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Every URI name, in order.</summary>
    public static IReadOnlyList<string> Uris(X509Certificate2 certificate)
    {
        var uris = new List<string>();
        foreach (var extension in certificate.Extensions.Where(e => e.Oid?.Value == "2.5.29.17"))
        {
            try
            {
                var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (names.HasData)
                {
                    if (names.PeekTag().HasSameClassAndValue(Uri))
                        uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
                    else
                        names.ReadEncodedValue();
                }
            }
            catch (AsnContentException)
            {
                // A name list that cannot be read names nobody.
                return [];
            }
        }
        return uris;
    }
}
