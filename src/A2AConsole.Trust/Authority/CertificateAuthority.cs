using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Revoking;

namespace A2AConsole.Trust.Authority;

/// <summary>
/// The authority: finds out who asks, by join token or certificate, and lets <see cref="IssuancePath"/> decide. What is cheap is checked first, what
/// only a single writer can decide (is the token unspent?) is decided in the transaction that also writes the leaf.
/// </summary>
internal sealed class CertificateAuthority(
    ITrustDomain domain, Invitations invitations, IssuancePath path, TrustQueries queries, SvidGate gate, Standings standings, IRevocations revocations, TimeProvider time) : IAuthority
{
    /// <inheritdoc/>
    public Task<IssuedJoinToken> InviteAsync(AgentInvitation invitation, string actor, CancellationToken cancellationToken = default)
        => invitations.InviteAsync(invitation, actor, cancellationToken);

    /// <inheritdoc/>
    public async Task<IssuanceResult> EnrollAsync(IssuanceRequest request, string? remoteAddress, CancellationToken cancellationToken = default)
    {
        var attempt = new IssuanceAttempt(LeafKind.Enrolment, remoteAddress);
        if (!JoinTokenText.TryParse(request.Token, out var hash, out var fingerprint) || fingerprint != domain.RootFingerprint)
            return await path.RefuseAsync(attempt, Refusals.TokenUnknown(), cancellationToken);
        if (await queries.TokenAsync(hash, cancellationToken) is not { } token)
            return await path.RefuseAsync(attempt, Refusals.TokenUnknown(), cancellationToken);

        attempt = attempt with { Subject = token.SpiffeId, IsDemo = token.IsDemo };
        if (token.SpentAt is not null)
            return await path.RefuseAsync(attempt, Refusals.TokenSpent(), cancellationToken);
        if (token.ExpiresAt <= time.GetUtcNow())
            return await path.RefuseAsync(attempt, Refusals.TokenExpired(token.ExpiresAt), cancellationToken);
        return await path.IssueAsync(new IssuanceApplication
        {
            Attempt = attempt, Request = request, Id = SpiffeId.Parse(token.SpiffeId), Kind = IssuanceKind.Enrolment, IsInvited = true,
            Detail = $"Enrolled with a join token of {token.CreatedBy}.",
            Change = (context, issuance) => TrustChanges.Enrol(context, hash, issuance),
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IssuanceResult> RenewAsync(X509Certificate2 current, IssuanceRequest request, string? remoteAddress, CancellationToken cancellationToken = default)
    {
        var attempt = new IssuanceAttempt(LeafKind.Renewal, remoteAddress);
        var verdict = gate.Check(current);
        if (!verdict.IsAccepted)
            return await path.RefuseAsync(attempt, new AuthorityRefusal(verdict.Refusal.Code, 403, verdict.Refusal.Detail), cancellationToken);

        var serial = SvidRules.SerialOf(current);
        attempt = attempt with { Actor = verdict.Svid.SpiffeId.Text, Serial = serial };
        // The serial alone proves nothing: whoever has an issuing CA's key can write any. The key is what the holder has proven.
        if (await queries.CertificateAsync(serial, cancellationToken) is not { } row || row.KeyId != verdict.Svid.KeyId)
            return await path.RefuseAsync(attempt, Refusals.CertificateUnknown(), cancellationToken);
        return await path.IssueAsync(new IssuanceApplication
        {
            Attempt = attempt with { IsDemo = row.IsDemo }, Request = request, Id = verdict.Svid.SpiffeId, Kind = IssuanceKind.Renewal,
            Detail = $"Renewed from certificate {serial}.",
            Before = row is { Assurance: { } assurance, AttestedAt: { } at } ? (assurance, at) : null,
            Change = (context, issuance) =>
            {
                standings.RefuseBanned(serial);
                return TrustChanges.Renew(context, serial, issuance);
            },
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(string serial, string reason, string actor, CancellationToken cancellationToken = default)
    {
        var named = Enum.TryParse<RevocationReason>(reason, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : RevocationReason.Unspecified;
        var note = reason.Length <= Revocations.MaxNote ? reason : reason[..Revocations.MaxNote];
        return (await revocations.RevokeAsync(new(RevocationScope.Certificate, serial, named, note), actor, cancellationToken: cancellationToken)).Refusal is null;
    }

    /// <inheritdoc/>
    public async Task<AuthorityRefusal> RefuseAsync(AuthorityRefusal refusal, IssuanceKind step, string? remoteAddress, CancellationToken cancellationToken = default)
        => (await path.RefuseAsync(new IssuanceAttempt(step == IssuanceKind.Renewal ? LeafKind.Renewal : LeafKind.Enrolment, remoteAddress), refusal, cancellationToken)).Refusal!;
}
