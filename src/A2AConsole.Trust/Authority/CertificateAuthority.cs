using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Attestation.JoinToken;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Revoking;

namespace A2AConsole.Trust.Authority;

/// <summary>
/// The authority: finds out who asks, by join token or certificate, and lets <see cref="IssuancePath"/> decide. What is cheap is checked first, what
/// only a single writer can decide (is the token unspent?) is decided in the transaction that also writes the leaf.
/// </summary>
internal sealed class CertificateAuthority(
    ITrustDomain domain, Invitations invitations, JoinTokenVerifier tokens, IssuancePath path,
    SvidGate gate, Standings standings, IRevocations revocations, TrustOptions options) : IAuthority
{
    /// <inheritdoc/>
    public Task<IssuedJoinToken> InviteAsync(AgentInvitation invitation, string actor, CancellationToken cancellationToken = default)
        => invitations.InviteAsync(invitation, actor, cancellationToken);

    /// <inheritdoc/>
    public async Task<IssuanceResult> EnrollAsync(IssuanceRequest request, string? remoteAddress, CancellationToken cancellationToken = default)
    {
        var attempt = new IssuanceAttempt(LeafKind.Enrolment, remoteAddress);
        if (request.Token is null)
            return await EnrollAttestedAsync(attempt, request, cancellationToken);
        var (token, known, refusal) = await tokens.FindAsync(request.Token, cancellationToken);
        attempt = attempt with { Subject = known?.SpiffeId, IsDemo = known?.IsDemo == true };
        if (token is null)
            return await path.RefuseAsync(attempt, refusal!, cancellationToken);
        if (request.SpiffeId is { } named && named != token.Facts.SpiffeId)
            return await path.RefuseAsync(attempt, Refusals.IdentityOtherThanToken(token.Facts.SpiffeId), cancellationToken);
        return await path.IssueAsync(new IssuanceApplication
        {
            Attempt = attempt, Request = request, Id = SpiffeId.Parse(token.Facts.SpiffeId), Kind = IssuanceKind.Enrolment, InvitedBy = token.Facts.CreatedBy,
            Detail = $"Enrolled with a join token of {token.Facts.CreatedBy}.",
            Change = (context, issuance) => TrustChanges.Enrol(context, token.Hash, issuance),
        }, cancellationToken);
    }

    /// <summary>Nobody invited it: an entry that names it, and the evidence that the entry asks for, must let it in.</summary>
    private async Task<IssuanceResult> EnrollAttestedAsync(IssuanceAttempt attempt, IssuanceRequest request, CancellationToken cancellationToken)
    {
        if (Refusals.ReadIdentity(request.SpiffeId, domain.Name, out var id) is { } refusal)
            return await path.RefuseAsync(attempt, refusal, cancellationToken);
        return await path.IssueAsync(new IssuanceApplication
        {
            Attempt = attempt with { Subject = id!.Text, IsDemo = standings.Agent(id.Text)?.IsDemo == true }, Request = request, Id = id, Kind = IssuanceKind.Enrolment,
            Detail = $"Enrolled on its evidence ({string.Join(", ", request.Evidence.Select(e => e.Kind))}).",
            Change = (context, issuance) =>
            {
                // A revocation of many takes its time to come to each of them: who would be revoked is not let in anew meanwhile.
                if (context.Agents.Where(a => a.SpiffeId == id.Text).Select(a => a.CertificateSerial).FirstOrDefault() is { } held)
                {
                    standings.RefuseBanned(held);
                    RefuseOneSignature(context, held, issuance.Certificate);
                }
                return TrustChanges.EnrolAttested(context, id.Text, issuance);
            },
        }, cancellationToken);
    }

    // Whoever chose that one key shall not do gets it no more by the evidence of a machine that was taken over: only people let go of it.
    private static void RefuseOneSignature(ConsoleDbContext context, string held, Certificate next)
    {
        if (context.Certificates.Where(c => c.Serial == held && c.SigningKeyId != null).Select(c => c.Der).FirstOrDefault() is { } der && NeedsBoth(der) && !NeedsBoth(next.Der))
            throw new LifeConflictException(new(EntryRefusalCodes.InvitationRequired, "The agent's present certificate asks for two signatures on each event. Bring a second key and \"requireBoth\", or enrol with a join token to give that up."));
    }

    private static bool NeedsBoth(byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        return SvidExtensions.RequiresBothSignatures(certificate);
    }

    /// <inheritdoc/>
    public async Task<IssuanceResult> RenewAsync(X509Certificate2 current, IssuanceRequest request, string? remoteAddress, CancellationToken cancellationToken = default)
    {
        var attempt = new IssuanceAttempt(LeafKind.Renewal, remoteAddress);
        var verdict = gate.Check(current);
        if (!verdict.IsAccepted)
            return await path.RefuseAsync(attempt, new AuthorityRefusal(verdict.Refusal.Code, 403, verdict.Refusal.Detail), cancellationToken);

        var serial = verdict.Svid.Serial;
        attempt = attempt with { Actor = verdict.Svid.SpiffeId.Text, Serial = serial };
        // The gate has compared all of it with what was issued: the serial alone proves nothing, whoever has an issuing CA's key can write any.
        return await path.IssueAsync(new IssuanceApplication
        {
            Attempt = attempt with { IsDemo = verdict.Standing.Agent.IsDemo }, Request = request, Id = verdict.Svid.SpiffeId, Kind = IssuanceKind.Renewal,
            Detail = $"Renewed from certificate {serial}.", Current = verdict.Svid,
            // The certificate was validated a moment ago: what it says of its evidence, we said.
            Before = verdict.Svid.Posture,
            Change = (context, issuance) =>
            {
                standings.RefuseBanned(serial);
                return TrustChanges.Renew(context, serial, issuance, options.RenewalOverlap);
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
