using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Identity;

/// <summary>
/// The rules of SPIFFE's X509-SVID (§2–§5) for a leaf certificate, and ours on top, without any path validation: what passes
/// here is well made, not yet trusted.
/// </summary>
public static class SvidRules
{
    private const X509KeyUsageFlags Signing = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    /// <summary>
    /// Checks a leaf for <paramref name="trustDomain"/> at <paramref name="at"/>. Returns null when it keeps every rule, and its
    /// identity in <paramref name="id"/>.
    /// </summary>
    public static SvidRefusal? Check(X509Certificate2 leaf, string trustDomain, AlgorithmPolicy algorithms, DateTimeOffset at, out SpiffeId? id)
        => Check(leaf, trustDomain, algorithms, at, out id, out _);

    internal static SvidRefusal? Check(X509Certificate2 leaf, string trustDomain, AlgorithmPolicy algorithms, DateTimeOffset at, out SpiffeId? id, out CertificateReading? reading)
    {
        id = null;
        reading = CertificateReading.TryRead(leaf, out var error);
        if (reading is null)
            return new(SvidRefusalCodes.Malformed, $"The certificate is malformed: {error}.");
        try
        {
            return CheckName(reading, trustDomain, out id) ?? CheckUse(reading) ?? CheckTime(leaf, at) ?? CheckKey(leaf, algorithms, at);
        }
        catch (CryptographicException)
        {
            return new(SvidRefusalCodes.Malformed, "The certificate is malformed: its key or dates cannot be read.");
        }
    }

    /// <summary>The serial number as we write it everywhere: the bytes of the certificate's integer in lower-case hex.</summary>
    public static string SerialOf(X509Certificate2 certificate) => certificate.SerialNumber.ToLowerInvariant();

    internal static SvidRefusal? CheckTime(X509Certificate2 certificate, DateTimeOffset at)
    {
        var (notBefore, notAfter) = ValidityOf(certificate);
        if (at < notBefore)
            return new(SvidRefusalCodes.NotYetValid, string.Create(CultureInfo.InvariantCulture, $"The certificate is valid only from {notBefore:u}; it is {at.UtcDateTime:u} here."));
        if (at > notAfter)
            return new(SvidRefusalCodes.Expired, string.Create(CultureInfo.InvariantCulture, $"The certificate expired at {notAfter:u}; it is {at.UtcDateTime:u} here."));
        return null;
    }

    internal static (DateTimeOffset NotBefore, DateTimeOffset NotAfter) ValidityOf(X509Certificate2 certificate)
        => (new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));

    private static SvidRefusal? CheckName(CertificateReading reading, string trustDomain, out SpiffeId? id)
    {
        id = null;
        if (reading.Uris.Count != 1)
            return new(SvidRefusalCodes.NotOneUri, $"An SVID has exactly one URI subject alternative name; this certificate has {reading.Uris.Count}.");
        if (!SpiffeId.TryParse(reading.Uris[0], out var parsed, out var error))
            return new(SvidRefusalCodes.NotSpiffeId, $"The certificate's URI is not an agent's identity: {error}.");
        if (!string.Equals(parsed.TrustDomain, trustDomain, StringComparison.Ordinal))
            return new(SvidRefusalCodes.WrongTrustDomain, $"The certificate is for the trust domain {parsed.TrustDomain}; this is {trustDomain}.");
        id = parsed;
        return null;
    }

    [SuppressMessage("Style", "IDE0046", Justification = "A rule a statement reads better than one nested expression.")]
    private static SvidRefusal? CheckUse(CertificateReading reading)
    {
        if (reading.IsCa)
            return new(SvidRefusalCodes.Ca, "An agent's certificate must not be a certificate authority.");
        if (reading.Usage is not { } usage)
            return new(SvidRefusalCodes.KeyUsage, "The certificate has no key usage; it needs digitalSignature.");
        if ((usage & Signing) != 0)
            return new(SvidRefusalCodes.KeyUsage, "The certificate may sign certificates or revocation lists; an SVID must not have keyCertSign or cRLSign.");
        if ((usage & X509KeyUsageFlags.DigitalSignature) == 0)
            return new(SvidRefusalCodes.KeyUsage, "The certificate's key usage lacks digitalSignature.");
        if (reading.ExtendedUsages is { } extended && !extended.Contains(CertificateReading.ClientAuthentication))
            return new(SvidRefusalCodes.ExtendedKeyUsage, "The certificate's extended key usage lacks clientAuth.");
        if (reading.HasNameConstraints)
            return new(SvidRefusalCodes.UnknownExtension, "Name constraints belong into a certificate authority, not into an SVID.");
        if (reading.UnknownCritical is { } oid)
            return new(SvidRefusalCodes.UnknownExtension, $"The certificate's critical extension {oid} is not understood.");
        return null;
    }

    /// <summary>Whether agents may hold certificates for keys of an algorithm (null: one that we don't know).</summary>
    public static SvidRefusal? CheckKey(SignatureAlgorithm? algorithm, AlgorithmPolicy algorithms, DateTimeOffset at)
        => algorithm is not null && algorithms.IsUsable(algorithm, AlgorithmUses.AgentKey, at)
            ? null
            : new(SvidRefusalCodes.AlgorithmForbidden, $"The key's algorithm ({algorithm?.Id ?? "unknown"}) is not allowed; use {algorithms.Instead(AlgorithmUses.AgentKey, at)}.");

    private static SvidRefusal? CheckKey(X509Certificate2 leaf, AlgorithmPolicy algorithms, DateTimeOffset at) => CheckKey(AlgorithmRegistry.OfKey(leaf.PublicKey), algorithms, at);
}
