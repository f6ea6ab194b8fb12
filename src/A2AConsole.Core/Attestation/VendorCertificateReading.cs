using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Attestation;

/// <summary>
/// What a hardware vendor's certificate may be used for, as the framework reads it. Less strict about encodings than we are with agents'
/// certificates: vendors' are in silicon and flash, some break DER (AMD's signing key does), and all that is believed is signed under a
/// pinned root.
/// </summary>
internal sealed class VendorCertificateReading
{
    private const string BasicConstraints = "2.5.29.19";
    private const string NameConstraints = "2.5.29.30";

    // Subject key, key usage, alternative names, basic constraints, CRLs, policies, authority key, extended usage: looked at here or without bearing on use.
    private static readonly HashSet<string> Known = ["2.5.29.14", "2.5.29.15", "2.5.29.17", BasicConstraints, "2.5.29.31", "2.5.29.32", "2.5.29.35", "2.5.29.37"];

    public bool IsCa { get; private init; }
    public int? PathLength { get; private init; }
    /// <summary>Null when the extension is absent.</summary>
    public X509KeyUsageFlags? Usage { get; private init; }
    /// <summary>Null when the extension is absent.</summary>
    public IReadOnlyList<string>? ExtendedUsages { get; private init; }

    /// <summary>Whether it may sign certificates.</summary>
    public bool MaySign => IsCa && (Usage is not { } usage || (usage & X509KeyUsageFlags.KeyCertSign) != 0);

    /// <summary>Reads a certificate; null with what is wrong, to complete "the certificate …".</summary>
    public static VendorCertificateReading? TryRead(X509Certificate2 certificate, out string? why)
    {
        why = null;
        try
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var extension in certificate.Extensions)
            {
                var oid = extension.Oid?.Value ?? "";
                why ??= !seen.Add(oid) ? $"has the extension {oid} twice"
                    : oid == NameConstraints ? "has name constraints, which are not supported here"
                    : extension.Critical && !Known.Contains(oid) ? $"has the critical extension {oid}, which is not understood"
                    : null;
            }
            if (why is not null)
                return null;
            var constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
            return new VendorCertificateReading
            {
                IsCa = constraints is { CertificateAuthority: true },
                PathLength = constraints is { HasPathLengthConstraint: true } ? constraints.PathLengthConstraint : null,
                Usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages,
                ExtendedUsages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages.Cast<Oid>().Select(u => u.Value ?? "").ToList(),
            };
        }
        catch (CryptographicException)
        {
            why = "is malformed";
            return null;
        }
    }
}
