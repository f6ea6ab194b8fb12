using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;

namespace A2AConsole.Trust;

/// <summary>What the authority does. Every call, granted or refused, is on the ledger before it returns.</summary>
public interface IAuthority
{
    /// <summary>
    /// Makes the agent known when it is not, and a join token for it. The token's text is shown once and never stored.
    /// Throws <see cref="FormatException"/> when the identity is not one of this trust domain or a part of it, or the organisation, is too long;
    /// <see cref="InvitationRefusedException"/> when no entry allows it, or the agent is suspended or retired.
    /// </summary>
    Task<IssuedJoinToken> InviteAsync(AgentInvitation invitation, string actor, CancellationToken cancellationToken = default);

    /// <summary>Issues the first certificate, or says why not.</summary>
    Task<IssuanceResult> EnrollAsync(IssuanceRequest request, string? remoteAddress, CancellationToken cancellationToken = default);

    /// <summary>
    /// Issues the next certificate to the holder of a current one. The TLS layer has proven that the caller holds its key;
    /// everything else about <paramref name="current"/> is checked here.
    /// </summary>
    Task<IssuanceResult> RenewAsync(X509Certificate2 current, IssuanceRequest request, string? remoteAddress, CancellationToken cancellationToken = default);

    /// <summary>
    /// Revokes a certificate at once (<see cref="Revoking.IRevocations"/> has the other scopes). <paramref name="reason"/>: RFC 5280's name
    /// of a reason, or a note. False when the serial is unknown, was revoked already, or has expired.
    /// </summary>
    Task<bool> RevokeAsync(string serial, string reason, string actor, CancellationToken cancellationToken = default);

    /// <summary>Records a refusal that was found before a request could be understood (no certificate, broken JSON).</summary>
    Task<AuthorityRefusal> RefuseAsync(AuthorityRefusal refusal, IssuanceKind step, string? remoteAddress, CancellationToken cancellationToken = default);
}

/// <summary>The requests that need no more than a join token.</summary>
public static class AuthorityExtensions
{
    /// <summary>Enrols with a join token. <paramref name="csr"/> is DER or PEM.</summary>
    public static Task<IssuanceResult> EnrollAsync(this IAuthority authority, ReadOnlyMemory<byte> csr, string joinToken, string? remoteAddress, CancellationToken cancellationToken = default)
        => authority.EnrollAsync(new IssuanceRequest(csr) { Token = joinToken }, remoteAddress, cancellationToken);

    /// <summary>Renews without fresh evidence. <paramref name="csr"/> is DER or PEM.</summary>
    public static Task<IssuanceResult> RenewAsync(this IAuthority authority, X509Certificate2 current, ReadOnlyMemory<byte> csr, string? remoteAddress, CancellationToken cancellationToken = default)
        => authority.RenewAsync(current, new IssuanceRequest(csr), remoteAddress, cancellationToken);
}

/// <summary>
/// Who may enrol. An agent that is new here begins with the organisation, the owner and the tier of its registration entry; what is said here of
/// them counts where the entry names no owner, and for the entry that <see cref="MakesEntry"/> makes.
/// </summary>
public sealed record AgentInvitation(string SpiffeId, string Organisation, string? Owner, RiskTier Tier, bool IsDemo = false)
{
    /// <summary>
    /// Where no entry allows the identity, one that names it and asks for a join token is made in the same act. Whoever may register
    /// entries says so; otherwise the invitation is refused.
    /// </summary>
    public bool MakesEntry { get; init; }

    /// <summary>The owner who invites, when she may only invite agents of her own: the agent, or else its entry, must name her.</summary>
    public string? OnBehalfOf { get; init; }
}

/// <summary>An agent was not invited; the code is <c>entry-missing</c>, <c>entry-disabled</c>, <c>not-your-agent</c>, or says what in the agent's state forbids it.</summary>
public sealed class InvitationRefusedException(string code, string detail) : Exception(detail)
{
    public string Code => code;
}

/// <summary>A join token as it is handed out: <paramref name="Text"/> is the secret.</summary>
public sealed record IssuedJoinToken(string Text, string SpiffeId, DateTimeOffset ExpiresAt);

/// <summary>A certificate, or the reason why there is none. Exactly one of the two is set.</summary>
public sealed record IssuanceResult(IssuedCertificate? Certificate, AuthorityRefusal? Refusal);

/// <summary>A new X.509-SVID with its chain (PEM, leaf first, without the root) and the ledger leaf of its issuance.</summary>
public sealed record IssuedCertificate(string SpiffeId, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string ChainPem, byte[] Der, long LeafIndex);

/// <summary>Why the authority refused: a stable code, the HTTP status, and a sentence that says what would be right.</summary>
public sealed record AuthorityRefusal(string Code, int Status, string Detail);
