namespace A2AConsole.Core.Identity;

/// <summary>Why a certificate is not accepted as an agent's identity.</summary>
/// <param name="Code">One of <see cref="SvidRefusalCodes"/>.</param>
/// <param name="Detail">What was found and what would be right.</param>
public sealed record SvidRefusal(string Code, string Detail);

/// <summary>The stable codes of <see cref="SvidRefusal"/>, as logs, leaves and pages show them.</summary>
public static class SvidRefusalCodes
{
    /// <summary>The certificate cannot be read, or breaks X.509 itself.</summary>
    public const string Malformed = "svid-malformed";
    /// <summary>Not exactly one URI subject alternative name.</summary>
    public const string NotOneUri = "svid-not-one-uri";
    /// <summary>The URI is not an identity of the form that we name agents in.</summary>
    public const string NotSpiffeId = "svid-not-spiffe-id";
    public const string WrongTrustDomain = "svid-wrong-trust-domain";
    /// <summary>The leaf is a certificate authority.</summary>
    public const string Ca = "svid-ca";
    public const string KeyUsage = "svid-key-usage";
    /// <summary>The extended key usage is present and leaves client authentication out.</summary>
    public const string ExtendedKeyUsage = "svid-extended-key-usage";
    /// <summary>A critical extension that we don't understand.</summary>
    public const string UnknownExtension = "svid-unknown-extension";
    public const string AlgorithmForbidden = "svid-algorithm-forbidden";
    /// <summary>The alternative-key extension holds no key that can sign here, or is missing where both signatures are required.</summary>
    public const string AlternativeKey = "svid-alternative-key";
    public const string Expired = "svid-expired";
    public const string NotYetValid = "svid-not-yet-valid";
    /// <summary>No path to one of our roots, or one that the framework refuses.</summary>
    public const string Untrusted = "svid-untrusted";

    /// <summary>A serial number that is negative, zero, longer than 20 bytes or not minimally encoded (RFC 5280 §4.1.2.2).</summary>
    public const string Serial = "svid-serial";
    /// <summary>Dates that are not in the one form that X.509 has for them (RFC 5280 §4.1.2.5), or end before they begin.</summary>
    public const string Validity = "svid-validity";
    /// <summary>The signature algorithm inside of what is signed is not the one outside (RFC 5280 §4.1.1.2).</summary>
    public const string AlgorithmMismatch = "svid-algorithm-mismatch";
    public const string DuplicateExtension = "svid-duplicate-extension";
    /// <summary>The key is of an allowed algorithm, but is not encoded as it must be, or is no key of it.</summary>
    public const string Key = "svid-key";

    /// <summary>A certificate signs another one and is no authority (RFC 5280 §6.1.4 k).</summary>
    public const string IssuerNotCa = "svid-issuer-not-ca";
    /// <summary>An authority that may not sign certificates, or not such ones (RFC 5280 §6.1.4 n).</summary>
    public const string IssuerKeyUsage = "svid-issuer-key-usage";
    /// <summary>An authority that is expired or not yet valid.</summary>
    public const string IssuerNotValid = "svid-issuer-not-valid";
    /// <summary>More certificates than an authority of the path allows, or than we take.</summary>
    public const string PathLength = "svid-path-length";
    /// <summary>A certificate's issuer is not its issuer's subject, byte for byte.</summary>
    public const string PathNames = "svid-path-names";
    /// <summary>A certificate states another key identifier or serial number than its issuer has.</summary>
    public const string PathKeyId = "svid-path-key-id";
    /// <summary>A name that an authority's constraints don't allow, or constraints that cannot be applied (RFC 5280 §4.2.1.10).</summary>
    public const string NameConstraints = "svid-name-constraints";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Malformed, NotOneUri, NotSpiffeId, WrongTrustDomain, Ca, KeyUsage, ExtendedKeyUsage, UnknownExtension, AlgorithmForbidden, AlternativeKey, Expired, NotYetValid, Untrusted,
        Serial, Validity, AlgorithmMismatch, DuplicateExtension, Key,
        IssuerNotCa, IssuerKeyUsage, IssuerNotValid, PathLength, PathNames, PathKeyId, NameConstraints,
    ];
}
