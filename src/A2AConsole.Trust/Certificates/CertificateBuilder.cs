using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Certificates;

/// <summary>Builds certificates from profiles. It decides nothing: whether one may be built was decided before.</summary>
public static class CertificateBuilder
{
    private const int SerialSize = 16;

    /// <summary>A root: issuer and subject are the same key.</summary>
    public static X509Certificate2 SelfSigned(CertificateProfile profile, ICustodyKey key, DateTimeOffset now)
        => Build(profile, PublicKeyOf(key), issuer: null, key, now);

    /// <summary>
    /// A certificate for <paramref name="subjectKey"/> under an issuer, whose end of validity it never outlives.
    /// Throws <see cref="InvalidOperationException"/> when the issuer's validity has ended.
    /// </summary>
    public static X509Certificate2 Issued(CertificateProfile profile, PublicKey subjectKey, X509Certificate2 issuer, ICustodyKey issuerKey, DateTimeOffset now)
        => Build(profile, subjectKey, issuer, issuerKey, now);

    /// <summary>The public half of a key in custody.</summary>
    public static PublicKey PublicKeyOf(ICustodyKey key) => PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);

    private static X509Certificate2 Build(CertificateProfile profile, PublicKey subjectKey, X509Certificate2? issuer, ICustodyKey issuerKey, DateTimeOffset now)
    {
        var request = new CertificateRequest(profile.Subject, subjectKey, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(profile.IsAuthority, profile.IsAuthority, profile.PathLength, critical: true));
        extensions.Add(new X509KeyUsageExtension(profile.KeyUsage, critical: true));
        if (profile.ExtendedKeyUsages.Count > 0)
            extensions.Add(new X509EnhancedKeyUsageExtension([.. profile.ExtendedKeyUsages], critical: false));
        if (profile.SubjectAlternativeName is { } names)
            extensions.Add(names);
        var subjectKeyIdentifier = new X509SubjectKeyIdentifierExtension(subjectKey, critical: false);
        extensions.Add(subjectKeyIdentifier);
        extensions.Add(issuer is null
            ? X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(subjectKeyIdentifier)
            : X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var serial = NewSerial();
        foreach (var extension in profile.Extensions.Concat(profile.StatusOf?.Invoke(Convert.ToHexStringLower(serial)) ?? []))
            extensions.Add(extension);

        var notBefore = now - profile.Backdating;
        var notAfter = now + profile.Lifetime;
        if (issuer is not null)
        {
            var (first, last) = (new DateTimeOffset(issuer.NotBefore), new DateTimeOffset(issuer.NotAfter));
            notBefore = notBefore < first ? first : notBefore;
            notAfter = notAfter > last ? last : notAfter;
            if (notAfter <= now)
                throw new InvalidOperationException($"the issuer's validity ended at {last.UtcDateTime:u}");
        }
        return request.Create(issuer?.SubjectName ?? profile.Subject, new CustodySignatureGenerator(issuerKey), notBefore, notAfter, serial);
    }

    /// <summary>128 random bits, positive, without a leading zero byte (RFC 5280 §4.1.2.2 allows 20 bytes).</summary>
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialSize);
        serial[0] &= 0x7F;
        if (serial[0] == 0)
            serial[0] = 1;
        return serial;
    }
}
