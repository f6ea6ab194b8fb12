using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;

namespace A2AConsole.Trust;

/// <summary>What an agent asks the authority for, by whichever protocol it came. Nothing of it is believed yet.</summary>
/// <param name="Csr">The certification request (PKCS#10), DER or PEM.</param>
public sealed record IssuanceRequest(ReadOnlyMemory<byte> Csr)
{
    /// <summary>The join token; at enrolment only.</summary>
    public string? Token { get; init; }
    /// <summary>The identity that is asked for, where no token and no certificate says it.</summary>
    public string? SpiffeId { get; init; }
    /// <summary>The nonce that the evidence is bound to, base64url, as the authority gave it.</summary>
    public string? Nonce { get; init; }
    /// <summary>A key that is to sign beside the certificate's own, with the proof that the asker holds it; or null.</summary>
    public SigningKeyRequest? SigningKey { get; init; }
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];
}
