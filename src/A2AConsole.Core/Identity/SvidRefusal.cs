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
    /// <summary>No path to one of our roots that keeps the rules.</summary>
    public const string Untrusted = "svid-untrusted";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Malformed, NotOneUri, NotSpiffeId, WrongTrustDomain, Ca, KeyUsage, ExtendedKeyUsage, UnknownExtension, AlgorithmForbidden, AlternativeKey, Expired, NotYetValid, Untrusted];
}
