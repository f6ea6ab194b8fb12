using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Identity;

/// <summary>
/// An agent's certificate that was validated to a root of the trust domain: only <see cref="SvidValidator"/> makes one.
/// Keep it as long as the connection; it holds the imported keys.
/// </summary>
public sealed class VerifiedSvid
{
    internal VerifiedSvid(
        SpiffeId id, string serial, DateTimeOffset notBefore, DateTimeOffset notAfter, VerificationKey key, VerificationKey? alternativeKey = null, bool requiresBoth = false)
        => (SpiffeId, Serial, NotBefore, NotAfter, Key, AlternativeKey, RequiresBothSignatures) = (id, serial, notBefore, notAfter, key, alternativeKey, requiresBoth);

    public SpiffeId SpiffeId { get; }

    /// <summary>The certificate's serial number, lower-case hex.</summary>
    public string Serial { get; }

    /// <summary>SHA-256 of the certificate's SubjectPublicKeyInfo, lower-case hex.</summary>
    public string KeyId => Key.KeyId;

    public DateTimeOffset NotBefore { get; }
    public DateTimeOffset NotAfter { get; }

    /// <summary>The certificate's own key, which TLS proves; it verifies this agent's signatures.</summary>
    public VerificationKey Key { get; }

    /// <summary>The key in the certificate's alternative-key extension (X.509 §9.8), which verifies signatures as well; or null.</summary>
    public VerificationKey? AlternativeKey { get; }

    /// <summary>Whether each envelope needs both signatures (<see cref="SvidExtensions.BothSignatures"/>).</summary>
    public bool RequiresBothSignatures { get; }

    /// <summary>What the certificate says of its agent's evidence; null when it says nothing that can be read.</summary>
    public AgentPosture? Posture { get; internal init; }

    /// <summary>Its keys, the certificate's own first.</summary>
    public IReadOnlyList<VerificationKey> Keys => AlternativeKey is null ? [Key] : [Key, AlternativeKey];
}
