using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Identity;

/// <summary>
/// RFC 5280 §6.1 over a path that was built and whose signatures were verified elsewhere: what a path may be, beyond each
/// signature being right. Stricter than the standard where a well-made authority loses nothing: names chain byte by byte,
/// a key identifier that is stated must agree, and the root's own limits count.
/// </summary>
internal static class PathRules
{
    /// <summary>The longest path: leaf, two intermediates, root.</summary>
    public const int MaxLength = 4;

    /// <summary>Checks a path, the leaf first and the root last, at <paramref name="at"/>. Null when it keeps every rule.</summary>
    public static SvidRefusal? Check(IReadOnlyList<CertificateReading> path, DateTimeOffset at)
    {
        if (path.Count is < 2 or > MaxLength)
            return new(SvidRefusalCodes.PathLength, string.Create(CultureInfo.InvariantCulture, $"A path has two to {MaxLength} certificates, this one {path.Count}."));
        for (var i = 1; i < path.Count; i++)
        {
            if ((CheckAuthority(path[i], at) ?? CheckLength(path, i) ?? CheckIssued(path[i - 1], path[i]) ?? CheckNames(path, i)) is { } fault)
                return fault.At(i);
        }
        return path[^1].IsSelfIssued ? null : new CertificateFault(SvidRefusalCodes.PathNames, "is the path's root and was issued by another name").At(path.Count - 1);
    }

    private static CertificateFault? CheckAuthority(CertificateReading authority, DateTimeOffset at)
    {
        var extensions = authority.Extensions;
        if (!extensions.IsCa)
            return new(SvidRefusalCodes.IssuerNotCa, "signs another one and is not a certificate authority");
        if (!extensions.IsCaCritical)
            return new(SvidRefusalCodes.IssuerNotCa, "is a certificate authority and its basic constraints are not critical");
        if (extensions.Usage is not { } usage || (usage & X509KeyUsageFlags.KeyCertSign) == 0)
            return new(SvidRefusalCodes.IssuerKeyUsage, "may not sign certificates: its key usage lacks keyCertSign");
        if (authority.HasEmptySubject)
            return new(SvidRefusalCodes.PathNames, "is a certificate authority without a name");
        // Whoever is limited to servers cannot hand on what it does not have.
        if (extensions.ExtendedUsages is { } usages && !usages.Contains(ExtensionReading.ClientAuthentication) && !usages.Contains(ExtensionReading.AnyExtendedUsage))
            return new(SvidRefusalCodes.IssuerKeyUsage, "is limited to extended key usages without clientAuth");
        if (extensions.Constraints is not null && !extensions.AreConstraintsCritical)
            return new(SvidRefusalCodes.NameConstraints, "has name constraints that are not critical");
        if (extensions.UnknownCritical is { } oid)
            return new(SvidRefusalCodes.UnknownExtension, $"has the critical extension {oid}, which is not understood");
        return at < authority.NotBefore || at > authority.NotAfter
            ? new(SvidRefusalCodes.IssuerNotValid, string.Create(CultureInfo.InvariantCulture, $"is valid from {authority.NotBefore.UtcDateTime:u} to {authority.NotAfter.UtcDateTime:u}; it is {at.UtcDateTime:u} here"))
            : null;
    }

    /// <summary>§6.1.4 (l), (m): authorities between this one and the leaf, without those that it issued to its own name (a new key).</summary>
    private static CertificateFault? CheckLength(IReadOnlyList<CertificateReading> path, int place)
    {
        var below = 0;
        for (var i = 1; i < place; i++)
            below += path[i].IsSelfIssued ? 0 : 1;
        return path[place].Extensions.PathLength < below
            ? new(SvidRefusalCodes.PathLength, string.Create(CultureInfo.InvariantCulture, $"allows {path[place].Extensions.PathLength} authorities below it, and there are {below}"))
            : null;
    }

    private static CertificateFault? CheckIssued(CertificateReading issued, CertificateReading issuer)
    {
        if (!issued.Issuer.Span.SequenceEqual(issuer.Subject.Span))
            return new(SvidRefusalCodes.PathNames, "is not named, byte for byte, as the certificate below it names its issuer");
        if (issued.Extensions.AuthorityKeyId is { } named && issuer.Extensions.SubjectKeyId is { } own && !named.Span.SequenceEqual(own.Span))
            return new(SvidRefusalCodes.PathKeyId, "has another key identifier than the certificate below it names");
        return issued.Extensions.AuthoritySerial is { } serial && !serial.Span.SequenceEqual(issuer.Serial.Span)
            ? new(SvidRefusalCodes.PathKeyId, "has another serial number than the certificate below it names")
            : null;
    }

    /// <summary>§6.1.3 (b), (c): every certificate below but those issued to the authority's own name, and the leaf in any case.</summary>
    private static CertificateFault? CheckNames(IReadOnlyList<CertificateReading> path, int place)
    {
        if (path[place].Extensions.Constraints is not { } constraints)
            return null;
        for (var i = 0; i < place; i++)
        {
            if ((i == 0 || !path[i].IsSelfIssued) && constraints.Check(path[i].Extensions.Names, !path[i].HasEmptySubject) is { } why)
                return new(SvidRefusalCodes.NameConstraints, why);
        }
        return null;
    }
}
