using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Identity;

/// <summary>
/// An agent's certificate that was validated to a root of the trust domain: only <see cref="SvidValidator"/> makes one.
/// Keep it as long as the connection; it holds the imported key.
/// </summary>
public sealed class VerifiedSvid
{
    internal VerifiedSvid(SpiffeId id, string serial, DateTimeOffset notBefore, DateTimeOffset notAfter, VerificationKey key)
        => (SpiffeId, Serial, NotBefore, NotAfter, Key) = (id, serial, notBefore, notAfter, key);

    public SpiffeId SpiffeId { get; }

    /// <summary>The certificate's serial number, lower-case hex.</summary>
    public string Serial { get; }

    /// <summary>SHA-256 of the certificate's SubjectPublicKeyInfo, lower-case hex.</summary>
    public string KeyId => Key.KeyId;

    public DateTimeOffset NotBefore { get; }
    public DateTimeOffset NotAfter { get; }

    /// <summary>What verifies this agent's signatures.</summary>
    public VerificationKey Key { get; }
}
