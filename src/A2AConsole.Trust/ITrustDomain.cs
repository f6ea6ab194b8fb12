using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Trust;

/// <summary>The trust domain as the rest of the process sees it: opened (or made, on first start) before anything listens.</summary>
public interface ITrustDomain
{
    /// <summary>Its name, e.g. <c>acme.example</c>.</summary>
    string Name { get; }

    /// <summary>The roots that a peer must chain to.</summary>
    X509Certificate2Collection Roots { get; }

    /// <summary>The issuing CAs, sent along with leaf certificates and offered to chain building.</summary>
    X509Certificate2Collection Intermediates { get; }

    /// <summary>The roots as PEM: what an agent is given as its trust bundle.</summary>
    string BundlePem { get; }

    /// <summary>SHA-256 of the root certificate, lower-case hex: what a join token pins.</summary>
    string RootFingerprint { get; }

    /// <summary>The current server certificate with key and chain for the edge and authority listeners; renewed on its own.</summary>
    SslServerIdentity ServerIdentity { get; }

    /// <summary>Signs the ledger's checkpoints.</summary>
    INoteSigner LedgerSigner { get; }
}

/// <summary>A server certificate with private key, and the intermediates to send along.</summary>
public sealed record SslServerIdentity(X509Certificate2 Certificate, X509Certificate2Collection Chain);

/// <summary>The issued certificates that the edge must not accept though they are still valid. In memory, current at once.</summary>
public interface IRevocationList
{
    /// <summary>Whether the certificate with this serial (lower-case hex) was revoked.</summary>
    bool IsRevoked(string serial);

    /// <summary>
    /// Raised with the serial when a revocation takes effect, after <see cref="IsRevoked"/> says so: the edge closes the
    /// certificate's live connections. Handlers only signal, they never work.
    /// </summary>
    event Action<string>? Revoked;
}

/// <summary>Looks an agent's local number up by its SPIFFE ID, in memory.</summary>
public interface IAgentDirectory
{
    /// <summary>The agent's number, or null when no such agent was ever allowed to enrol.</summary>
    int? NumberOf(string spiffeId);
}

/// <summary>What the authority does. Every call, granted or refused, is on the ledger before it returns.</summary>
public interface IAuthority
{
    /// <summary>
    /// Makes the agent known when it is not, and a join token for it. The token's text is shown once and never stored.
    /// Throws <see cref="FormatException"/> when the identity is not one of this trust domain.
    /// </summary>
    Task<IssuedJoinToken> InviteAsync(AgentInvitation invitation, string actor, CancellationToken cancellationToken = default);

    /// <summary>Issues the first certificate against a join token, or says why not. <paramref name="csr"/> is DER or PEM.</summary>
    Task<IssuanceResult> EnrollAsync(ReadOnlyMemory<byte> csr, string joinToken, string? remoteAddress, CancellationToken cancellationToken = default);

    /// <summary>Issues the next certificate to the holder of a current one (already validated by the TLS layer).</summary>
    Task<IssuanceResult> RenewAsync(X509Certificate2 current, ReadOnlyMemory<byte> csr, string? remoteAddress, CancellationToken cancellationToken = default);

    /// <summary>Revokes a certificate at once. False when the serial is unknown or was revoked already.</summary>
    Task<bool> RevokeAsync(string serial, string reason, string actor, CancellationToken cancellationToken = default);
}

/// <summary>Who may enrol.</summary>
public sealed record AgentInvitation(string SpiffeId, string Organisation, string? Owner, A2AConsole.Data.Entities.RiskTier Tier, bool IsDemo = false);

/// <summary>A join token as it is handed out: <paramref name="Text"/> is the secret.</summary>
public sealed record IssuedJoinToken(string Text, string SpiffeId, DateTimeOffset ExpiresAt);

/// <summary>A certificate, or the reason why there is none. Exactly one of the two is set.</summary>
public sealed record IssuanceResult(IssuedCertificate? Certificate, AuthorityRefusal? Refusal);

/// <summary>A new X.509-SVID with its chain (PEM, leaf first, without the root) and the ledger leaf of its issuance.</summary>
public sealed record IssuedCertificate(string SpiffeId, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string ChainPem, byte[] Der, long LeafIndex);

/// <summary>Why the authority refused: a stable code, the HTTP status, and a sentence that says what would be right.</summary>
public sealed record AuthorityRefusal(string Code, int Status, string Detail);
