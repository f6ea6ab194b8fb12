using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust.Authority;

/// <summary>
/// Decides who gets a certificate. What is cheap is checked first, what only a single writer can decide (is the token unspent?)
/// is decided in the transaction that also writes the leaf: no leaf, no certificate.
/// </summary>
public sealed class CertificateAuthority(
    ITrustDomain domain, ISvidIssuer issuer, ILedger ledger, TrustQueries queries, RefusalJournal refusals,
    SvidGate gate, Standings standings, AlgorithmPolicySource algorithms, TrustOptions options, TimeProvider time) : IAuthority
{
    private const int MaxReasonLength = 200;
    private const int MaxEnvironmentLength = 64;
    private const int MaxPartLength = 128;
    private const int MaxOrganisationLength = 200;

    /// <inheritdoc/>
    public async Task<IssuedJoinToken> InviteAsync(AgentInvitation invitation, string actor, CancellationToken cancellationToken = default)
    {
        var id = SpiffeId.Parse(invitation.SpiffeId);
        if (id.TrustDomain != domain.Name)
            throw new FormatException($"{id} is not an identity of the trust domain {domain.Name}");
        if (id.Environment.Length > MaxEnvironmentLength || id.Role.Length > MaxPartLength || id.Name.Length > MaxPartLength)
            throw new FormatException($"an identity's environment has at most {MaxEnvironmentLength} characters, its role and its name at most {MaxPartLength}");
        if (string.IsNullOrWhiteSpace(invitation.Organisation) || invitation.Organisation.Length > MaxOrganisationLength)
            throw new FormatException($"an agent's organisation has 1 to {MaxOrganisationLength} characters");

        var now = time.GetUtcNow();
        var (text, hash) = JoinTokenText.Create(domain.RootFingerprint);
        var token = new JoinToken { Hash = hash, CreatedAt = now, CreatedBy = actor, ExpiresAt = now + options.JoinTokenLifetime };
        var invited = new Agent
        {
            SpiffeId = id.Text, Environment = id.Environment, Role = id.Role, Name = id.Name,
            Organisation = invitation.Organisation, Owner = invitation.Owner, Tier = invitation.Tier,
            State = AgentState.Invited, CreatedAt = now, IsDemo = invitation.IsDemo,
        };
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = now, Actor = actor, Subject = id.Text, Expires = token.ExpiresAt,
            Detail = "Invited: a join token was made.", Demo = DemoLabel(invitation.IsDemo),
        };
        Agent? agent = null;
        try
        {
            var receipt = await ledger.RecordAsync(leaf, (context, index) => agent = TrustChanges.Invite(context, invited, token, index), cancellationToken);
            standings.Changed(agent!, receipt.LeafIndex);
        }
        catch (LifeConflictException e)
        {
            throw new InvitationRefusedException(e.Refusal);
        }
        return new IssuedJoinToken(text, id.Text, token.ExpiresAt);
    }

    /// <inheritdoc/>
    public async Task<IssuanceResult> EnrollAsync(ReadOnlyMemory<byte> csr, string joinToken, string? remoteAddress, CancellationToken cancellationToken = default)
    {
        var attempt = new Attempt(LeafKind.Enrolment, remoteAddress);
        if (!JoinTokenText.TryParse(joinToken, out var hash, out var fingerprint) || fingerprint != domain.RootFingerprint)
            return await RefuseAsync(attempt, Refusals.TokenUnknown(), cancellationToken);
        if (await queries.TokenAsync(hash, cancellationToken) is not { } token)
            return await RefuseAsync(attempt, Refusals.TokenUnknown(), cancellationToken);

        attempt = attempt with { Subject = token.SpiffeId, IsDemo = token.IsDemo };
        var now = time.GetUtcNow();
        if (token.SpentAt is not null)
            return await RefuseAsync(attempt, Refusals.TokenSpent(), cancellationToken);
        if (token.ExpiresAt <= now)
            return await RefuseAsync(attempt, Refusals.TokenExpired(token.ExpiresAt), cancellationToken);
        return await IssueAsync(attempt, csr, SpiffeId.Parse(token.SpiffeId), $"Enrolled with a join token of {token.CreatedBy}.", now,
            (context, certificate) => TrustChanges.Enrol(context, hash, certificate), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IssuanceResult> RenewAsync(X509Certificate2 current, ReadOnlyMemory<byte> csr, string? remoteAddress, CancellationToken cancellationToken = default)
    {
        var attempt = new Attempt(LeafKind.Renewal, remoteAddress);
        var verdict = gate.Check(current);
        if (!verdict.IsAccepted)
            return await RefuseAsync(attempt, new AuthorityRefusal(verdict.Refusal.Code, 403, verdict.Refusal.Detail), cancellationToken);

        var serial = SvidRules.SerialOf(current);
        attempt = attempt with { Actor = verdict.Svid.SpiffeId.Text, Serial = serial };
        // The serial alone proves nothing: whoever has an issuing CA's key can write any. The key is what the holder has proven.
        if (await queries.CertificateAsync(serial, cancellationToken) is not { } row || row.KeyId != verdict.Svid.KeyId)
            return await RefuseAsync(attempt, Refusals.CertificateUnknown(), cancellationToken);
        attempt = attempt with { IsDemo = row.IsDemo };
        return await IssueAsync(attempt, csr, verdict.Svid.SpiffeId, $"Renewed from certificate {serial}.", time.GetUtcNow(),
            (context, certificate) => TrustChanges.Renew(context, serial, certificate), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(string serial, string reason, string actor, CancellationToken cancellationToken = default)
    {
        if (await queries.CertificateAsync(serial, cancellationToken) is not { RevokedAt: null } row)
            return false;
        var now = time.GetUtcNow();
        var kept = reason.Length <= MaxReasonLength ? reason : reason[..MaxReasonLength];
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Revocation, Verdict = LeafVerdict.Done, At = now, Actor = actor, Subject = row.SpiffeId, Certificate = serial,
            Detail = kept, Demo = DemoLabel(row.IsDemo),
        };
        LifeResult? result = null;
        try
        {
            var receipt = await ledger.RecordAsync(leaf, (context, index) => result = LifeChanges.RevokeCertificate(context, serial, RevocationReason.Unspecified,
                new LifeAct(index, actor, now, kept)), cancellationToken);
            standings.Apply(result!, new Withdrawal(now, RevocationReason.Unspecified), receipt.LeafIndex);
        }
        catch (LifeConflictException)
        {
            return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public async Task<AuthorityRefusal> RefuseAsync(AuthorityRefusal refusal, IssuanceStep step, string? remoteAddress, CancellationToken cancellationToken = default)
        => (await RefuseAsync(new Attempt(step == IssuanceStep.Renewal ? LeafKind.Renewal : LeafKind.Enrolment, remoteAddress), refusal, cancellationToken)).Refusal!;

    /// <summary>What is known of a request when it is refused or granted.</summary>
    private sealed record Attempt(LeafKind Kind, string? RemoteAddress)
    {
        public string? Actor { get; init; }
        public string? Subject { get; init; }
        public string? Serial { get; init; }
        public bool IsDemo { get; init; }
    }

    private async Task<IssuanceResult> IssueAsync(
        Attempt attempt, ReadOnlyMemory<byte> csr, SpiffeId id, string detail, DateTimeOffset now,
        Func<Data.ConsoleDbContext, Certificate, Agent> change, CancellationToken cancellationToken)
    {
        if (!SigningRequestReader.TryRead(csr.Span, algorithms.Current, now, out var request, out var refusal))
            return await RefuseAsync(attempt, refusal, cancellationToken);
        if (request.UriNames.Any(name => name != id.Text) || request.UriNames.Count > 1)
            return await RefuseAsync(attempt, Refusals.CsrNameMismatch(id.Text), cancellationToken);

        using var svid = issuer.Issue(id, request.Key, now);
        var signer = issuer.IssuerOf(svid);
        var serial = SvidRules.SerialOf(svid);
        var (notBefore, notAfter) = (new DateTimeOffset(svid.NotBefore).ToUniversalTime(), new DateTimeOffset(svid.NotAfter).ToUniversalTime());
        var leaf = new LedgerLeaf
        {
            Kind = attempt.Kind, Verdict = LeafVerdict.Done, At = now, Actor = id.Text, Certificate = serial, Expires = notAfter,
            Digest = CertificateText.FingerprintOf(svid), Detail = detail, Demo = DemoLabel(attempt.IsDemo),
        };
        try
        {
            Certificate? certificate = null;
            Agent? agent = null;
            var receipt = await ledger.RecordAsync(leaf, (context, leafIndex) => agent = change(context, certificate = new Certificate
            {
                Id = leafIndex, Serial = serial, KeyId = VerificationKey.IdOf(request.Key),
                NotBefore = notBefore, NotAfter = notAfter, IssuedAt = now, Der = svid.RawData,
                IssuerKeyId = signer.KeyId, Algorithm = AlgorithmRegistry.OfKey(request.Key)!.Id,
            }), cancellationToken);
            // Before anybody sees it: the gate takes only what it knows to be on the ledger.
            standings.Issued(agent!, certificate!);
            return new IssuanceResult(new IssuedCertificate(id.Text, serial, notBefore, notAfter, CertificateText.PemOf([svid]) + signer.Pem, svid.RawData, receipt.LeafIndex), null);
        }
        catch (TrustConflictException e)
        {
            return await RefuseAsync(attempt, RefusalOf(e.Conflict), cancellationToken);
        }
        catch (LifeConflictException e)
        {
            return await RefuseAsync(attempt, new AuthorityRefusal(e.Refusal.Code, 403, e.Refusal.Detail), cancellationToken);
        }
        catch (LedgerUnavailableException)
        {
            return new IssuanceResult(null, Refusals.StoreUnavailable());
        }
    }

    private async Task<IssuanceResult> RefuseAsync(Attempt attempt, AuthorityRefusal refusal, CancellationToken cancellationToken)
    {
        var leaf = new LedgerLeaf
        {
            Kind = attempt.Kind, Verdict = LeafVerdict.Refused, Code = refusal.Code, At = time.GetUtcNow(),
            Actor = attempt.Actor ?? $"address:{RefusalJournal.SourceOf(attempt.RemoteAddress)}",
            Subject = attempt.Subject, Certificate = attempt.Serial, Detail = refusal.Detail, Demo = DemoLabel(attempt.IsDemo),
        };
        try
        {
            await refusals.RecordAsync(leaf, attempt.RemoteAddress, cancellationToken);
            return new IssuanceResult(null, refusal);
        }
        catch (LedgerUnavailableException)
        {
            return new IssuanceResult(null, Refusals.StoreUnavailable());
        }
    }

    private static AuthorityRefusal RefusalOf(TrustConflict conflict) => conflict switch
    {
        TrustConflict.TokenUnknown => Refusals.TokenUnknown(),
        TrustConflict.TokenSpent => Refusals.TokenSpent(),
        TrustConflict.TokenEnded => Refusals.TokenEnded(),
        TrustConflict.CertificateUnknown => Refusals.CertificateUnknown(),
        TrustConflict.CertificateRevoked => Refusals.CertificateRevoked(),
        _ => throw new ArgumentOutOfRangeException(nameof(conflict)),
    };

    private static string? DemoLabel(bool isDemo) => isDemo ? "live" : null;
}
