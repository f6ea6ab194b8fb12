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
    {
        id = null;
        return CertificateReading.TryRead(leaf.RawDataMemory, out var fault) is { } reading
            ? Check(leaf, reading, trustDomain, algorithms, at, out id)
            : fault!.At(0);
    }

    internal static SvidRefusal? Check(X509Certificate2 leaf, CertificateReading reading, string trustDomain, AlgorithmPolicy algorithms, DateTimeOffset at, out SpiffeId? id)
        => CheckName(reading, trustDomain, out id) ?? CheckUse(reading.Extensions) ?? CheckTime(reading, at) ?? CheckKey(leaf, AlgorithmUses.AgentKey, algorithms, at)?.At(0);

    /// <summary>The serial number as we write it everywhere: the bytes of the certificate's integer in lower-case hex.</summary>
    public static string SerialOf(X509Certificate2 certificate) => certificate.SerialNumber.ToLowerInvariant();

    /// <summary>Whether the kind of key that a validated certificate has is still taken: what a policy may have changed since.</summary>
    public static SvidRefusal? CheckKind(VerifiedSvid svid, AlgorithmPolicy algorithms, DateTimeOffset at) => CheckKind(svid.Key.Algorithm, AlgorithmUses.AgentKey, algorithms, at)?.At(0);

    private static CertificateFault? CheckKind(SignatureAlgorithm? algorithm, AlgorithmUses use, AlgorithmPolicy algorithms, DateTimeOffset at)
        => algorithm is not null && algorithms.IsUsable(algorithm, use, at)
            ? null
            : new(SvidRefusalCodes.AlgorithmForbidden, $"has a key of an algorithm ({algorithm?.Id ?? "unknown"}) that is not allowed; use {algorithms.Instead(use, at)}");

    /// <summary>Whether a certificate's key is one that is taken for <paramref name="use"/>, in the one encoding that we take.</summary>
    internal static CertificateFault? CheckKey(X509Certificate2 certificate, AlgorithmUses use, AlgorithmPolicy algorithms, DateTimeOffset at)
    {
        try
        {
            var key = certificate.PublicKey;
            var algorithm = AlgorithmRegistry.OfKey(key);
            if (CheckKind(algorithm, use, algorithms, at) is { } forbidden)
                return forbidden;
            // A compressed point is the same key under another id: one key would pass for two.
            return algorithm!.CurveOid is not null && key.EncodedKeyValue.RawData is not [0x04, ..]
                ? new(SvidRefusalCodes.Key, "has a key that is not an uncompressed point of its curve")
                : null;
        }
        catch (CryptographicException)
        {
            return new(SvidRefusalCodes.Key, "has a key that cannot be read");
        }
    }

    private static SvidRefusal? CheckTime(CertificateReading reading, DateTimeOffset at)
    {
        if (at < reading.NotBefore)
            return new(SvidRefusalCodes.NotYetValid, string.Create(CultureInfo.InvariantCulture, $"The certificate is valid only from {reading.NotBefore.UtcDateTime:u}; it is {at.UtcDateTime:u} here."));
        return at > reading.NotAfter
            ? new(SvidRefusalCodes.Expired, string.Create(CultureInfo.InvariantCulture, $"The certificate expired at {reading.NotAfter.UtcDateTime:u}; it is {at.UtcDateTime:u} here."))
            : null;
    }

    private static SvidRefusal? CheckName(CertificateReading reading, string trustDomain, out SpiffeId? id)
    {
        id = null;
        var uris = reading.Extensions.Uris.ToList();
        if (uris.Count != 1)
            return new(SvidRefusalCodes.NotOneUri, $"An SVID has exactly one URI subject alternative name; this certificate has {uris.Count}.");
        if (reading.HasEmptySubject && !reading.Extensions.AreNamesCritical)
            return new(SvidRefusalCodes.Malformed, "The certificate has no subject, so its subject alternative names must be critical (RFC 5280 §4.2.1.6).");
        if (!SpiffeId.TryParse(uris[0], out var parsed, out var error))
            return new(SvidRefusalCodes.NotSpiffeId, $"The certificate's URI is not an agent's identity: {error}.");
        if (!string.Equals(parsed.TrustDomain, trustDomain, StringComparison.Ordinal))
            return new(SvidRefusalCodes.WrongTrustDomain, $"The certificate is for the trust domain {parsed.TrustDomain}; this is {trustDomain}.");
        id = parsed;
        return null;
    }

    [SuppressMessage("Style", "IDE0046", Justification = "A rule a statement reads better than one nested expression.")]
    private static SvidRefusal? CheckUse(ExtensionReading reading)
    {
        if (reading.IsCa)
            return new(SvidRefusalCodes.Ca, "An agent's certificate must not be a certificate authority.");
        if (reading.Usage is not { } usage)
            return new(SvidRefusalCodes.KeyUsage, "The certificate has no key usage; it needs digitalSignature.");
        if (!reading.IsUsageCritical)
            return new(SvidRefusalCodes.KeyUsage, "The certificate's key usage is not critical (X509-SVID §4.3).");
        if ((usage & Signing) != 0)
            return new(SvidRefusalCodes.KeyUsage, "The certificate may sign certificates or revocation lists; an SVID must not have keyCertSign or cRLSign.");
        if ((usage & X509KeyUsageFlags.DigitalSignature) == 0)
            return new(SvidRefusalCodes.KeyUsage, "The certificate's key usage lacks digitalSignature.");
        if (reading.ExtendedUsages is { } extended && !extended.Contains(ExtensionReading.ClientAuthentication))
            return new(SvidRefusalCodes.ExtendedKeyUsage, "The certificate's extended key usage lacks clientAuth.");
        if (reading.Constraints is not null)
            return new(SvidRefusalCodes.NameConstraints, "Name constraints belong into a certificate authority, not into an SVID.");
        if (reading.UnknownCritical is { } oid)
            return new(SvidRefusalCodes.UnknownExtension, $"The certificate's critical extension {oid} is not understood.");
        return null;
    }
}
