namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>What is known of a link or a message after it was checked anew.</summary>
public enum LinkState
{
    /// <summary>Checked just now, and it holds.</summary>
    Verified,
    /// <summary>Checked just now, and it does not hold.</summary>
    Refused,
    /// <summary>There is nothing here to check it by.</summary>
    Unknown,
    /// <summary>It held when it was admitted; what it said is gone by retention, so it cannot be checked anew.</summary>
    Expired,
}

/// <summary>The verdict on a message or on a link between two.</summary>
/// <param name="State">What is known.</param>
/// <param name="Code">One of <see cref="LinkCodes"/>; null when it is verified.</param>
/// <param name="Detail">The same in a sentence.</param>
public sealed record LinkVerdict(LinkState State, string? Code, string Detail)
{
    internal static LinkVerdict Holds(string detail) => new(LinkState.Verified, null, detail);

    internal static LinkVerdict Broken(string code, string detail) => new(LinkState.Refused, code, detail);
}

/// <summary>Why a message or a link is not verified.</summary>
public static class LinkCodes
{
    public const string PayloadExpired = "link-payload-expired";
    public const string MessageUnknown = "link-message-unknown";
    public const string NotAdmitted = "link-not-admitted";
    public const string CertificateUnknown = "link-certificate-unknown";
    public const string CertificateInvalid = "link-certificate-invalid";
    public const string CertificateRevoked = "link-certificate-revoked";
    public const string Malformed = "link-malformed";
    public const string DigestDiffers = "link-digest-differs";
    public const string LeafDiffers = "link-leaf-differs";
    public const string SignatureInvalid = "link-signature-invalid";
    public const string NotCited = "link-not-cited";
    public const string CitesOther = "link-cites-other";
    public const string ByReference = "link-by-reference";
    public const string NotHeld = "link-not-held";
}
