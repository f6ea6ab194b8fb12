using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Attestation.SevSnp;

/// <summary>
/// What a chip's certificate says (Versioned Chip Endorsement Key: AMD 57230, §3.1): which chip, and for which firmware its key was
/// derived. Read, not yet believed.
/// </summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="ChipId">The chip.</param>
/// <param name="Tcb">The firmware.</param>
public sealed record SnpVcek(X509Certificate2 Certificate, byte[] ChipId, SnpTcb Tcb)
{
    private const string Vendor = "1.3.6.1.4.1.3704.1.";
    private const string ProductName = Vendor + "2";
    private const string Numbers = Vendor + "3.";
    private const string HardwareId = Vendor + "4";

    /// <summary>Reads a certificate's extensions, or says why it is no VCEK. Never throws.</summary>
    public static bool TryRead(X509Certificate2 certificate, [NotNullWhen(true)] out SnpVcek? vcek, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        vcek = null;
        var malformed = Malformed("it lacks AMD's extensions for product, chip and firmware, or they are malformed");
        fault = malformed;
        try
        {
            var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var extension in certificate.Extensions)
            {
                if (!values.TryAdd(extension.Oid?.Value ?? "", extension.RawData))
                {
                    fault = Malformed($"it has the extension {extension.Oid?.Value} twice");
                    return false;
                }
            }
            if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(c => c.CertificateAuthority))
            {
                fault = Malformed("it is a certificate authority's");
                return false;
            }
            if (!values.TryGetValue(ProductName, out var name) || !values.TryGetValue(HardwareId, out var chip) || ReadTcb(values) is not { } tcb)
                return false;
            var product = new AsnReader(name, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.IA5String);
            if (!product.StartsWith("Milan", StringComparison.Ordinal) && !product.StartsWith("Genoa", StringComparison.Ordinal))
            {
                fault = new(SnpCodes.Product, "The chip's certificate is neither of Milan's nor of Genoa's line: other lines lay out their firmware versions otherwise, which is not read.");
                return false;
            }
            // AMD writes the chip's id bare into the extension.
            if (chip.Length != SnpReport.ChipIdSize)
                return false;
            (vcek, fault) = (new SnpVcek(certificate, chip, tcb), null);
            return true;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            fault = malformed;
            return false;
        }
    }

    private static SnpTcb? ReadTcb(Dictionary<string, byte[]> values)
    {
        // blSPL, teeSPL, snpSPL, spl4 … spl7, ucodeSPL.
        var numbers = new byte[8];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!values.TryGetValue(Numbers + (char)('1' + i), out var der))
                return null;
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            if (!reader.TryReadUInt32(out var number) || number > byte.MaxValue || reader.HasData)
                return null;
            numbers[i] = (byte)number;
        }
        return SnpTcb.Read([numbers[0], numbers[1], numbers[3], numbers[4], numbers[5], numbers[6], numbers[2], numbers[7]]);
    }

    private static EvidenceFault Malformed(string why) => new(SnpCodes.VcekMalformed, $"The chip's certificate (VCEK) is malformed: {why}.");
}
