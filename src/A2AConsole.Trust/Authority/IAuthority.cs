using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;

namespace A2AConsole.Trust;

/// <summary>What the authority does. Every call, granted or refused, is on the ledger before it returns.</summary>
public interface IAuthority
{
    /// <summary>
    /// Makes the agent known when it is not, and a join token for it. The token's text is shown once and never stored.
    /// Throws <see cref="FormatException"/> when the identity is not one of this trust domain or a part of it, or the organisation, is too long,
    /// and <see cref="InvitationRefusedException"/> when the agent is suspended or retired.
    /// </summary>
    Task<IssuedJoinToken> InviteAsync(AgentInvitation invitation, string actor, CancellationToken cancellationToken = default);

    /// <summary>Issues the first certificate against a join token, or says why not. <paramref name="csr"/> is DER or PEM.</summary>
    Task<IssuanceResult> EnrollAsync(ReadOnlyMemory<byte> csr, string joinToken, string? remoteAddress, CancellationToken cancellationToken = default);

    /// <summary>
    /// Issues the next certificate to the holder of a current one. The TLS layer has proven that the caller holds its key;
    /// everything else about <paramref name="current"/> is checked here.
    /// </summary>
    Task<IssuanceResult> RenewAsync(X509Certificate2 current, ReadOnlyMemory<byte> csr, string? remoteAddress, CancellationToken cancellationToken = default);

    /// <summary>Revokes a certificate at once. False when the serial is unknown or was revoked already.</summary>
    Task<bool> RevokeAsync(string serial, string reason, string actor, CancellationToken cancellationToken = default);

    /// <summary>Records a refusal that was found before a request could be understood (no certificate, broken JSON).</summary>
    Task<AuthorityRefusal> RefuseAsync(AuthorityRefusal refusal, IssuanceStep step, string? remoteAddress, CancellationToken cancellationToken = default);
}

/// <summary>Which of the two ways to a certificate was taken.</summary>
public enum IssuanceStep
{
    Enrolment,
    Renewal,
}

/// <summary>Who may enrol.</summary>
public sealed record AgentInvitation(string SpiffeId, string Organisation, string? Owner, RiskTier Tier, bool IsDemo = false);

/// <summary>The state of the agent forbids that it be invited.</summary>
public sealed class InvitationRefusedException(LifeRefusal refusal) : Exception(refusal.Detail)
{
    /// <summary>The code and what would be right.</summary>
    public LifeRefusal Refusal => refusal;
}

/// <summary>A join token as it is handed out: <paramref name="Text"/> is the secret.</summary>
public sealed record IssuedJoinToken(string Text, string SpiffeId, DateTimeOffset ExpiresAt);

/// <summary>A certificate, or the reason why there is none. Exactly one of the two is set.</summary>
public sealed record IssuanceResult(IssuedCertificate? Certificate, AuthorityRefusal? Refusal);

/// <summary>A new X.509-SVID with its chain (PEM, leaf first, without the root) and the ledger leaf of its issuance.</summary>
public sealed record IssuedCertificate(string SpiffeId, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string ChainPem, byte[] Der, long LeafIndex);

/// <summary>Why the authority refused: a stable code, the HTTP status, and a sentence that says what would be right.</summary>
public sealed record AuthorityRefusal(string Code, int Status, string Detail);
