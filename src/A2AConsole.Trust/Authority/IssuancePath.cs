using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Attestation;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Registration;

namespace A2AConsole.Trust.Authority;

/// <summary>
/// The one way to a certificate, whichever protocol the request came by: an entry must allow the identity, the key and the evidence, and
/// must still do so in the transaction that writes the leaf. No entry, no certificate; no leaf, no certificate.
/// </summary>
internal sealed class IssuancePath(
    ISvidIssuer issuer, ILedger ledger, EntryBook book, AttestationDesk desk, AttestationResults results, AttestationJournal journal, RefusalJournal refusals,
    Standings standings, AlgorithmPolicySource algorithms, TimeProvider time)
{
    // A change of its own entry ends an issuance at once; with many entries made at the same time some must look again more than once.
    private const int MaxAttempts = 50;

    public async Task<IssuanceResult> IssueAsync(IssuanceApplication application, CancellationToken cancellationToken)
    {
        var (entries, entry, entryRefusal) = await FindEntryAsync(application.Id, cancellationToken);
        if (entry is null)
            return await RefuseAsync(application.Attempt, Refusals.ByEntry(entryRefusal!), cancellationToken);
        var now = time.GetUtcNow();
        if (!SigningRequestReader.TryRead(application.Request.Csr.Span, algorithms.Current, now, out var csr, out var refusal))
            return await RefuseAsync(application.Attempt, refusal, cancellationToken);
        if (csr.UriNames.Any(name => name != application.Id.Text) || csr.UriNames.Count > 1)
            return await RefuseAsync(application.Attempt, Refusals.CsrNameMismatch(application.Id.Text), cancellationToken);
        if (Check(entry.Terms, csr, application) is { } notAllowed)
            return await RefuseAsync(application.Attempt, Refusals.ByEntry(notAllowed), cancellationToken);

        // Before the evidence, whose nonce is spent by looking at it.
        var signingKey = application.Request.SigningKey;
        if (CheckSigningKey(signingKey, csr, entry.Terms, application.Current, now) is { } signingFault)
            return await RefuseAsync(application.Attempt, Refusals.BySigningKey(signingFault), cancellationToken);
        var requiresBoth = entry.Terms.RequiresDualSignature || application.Current?.RequiresBothSignatures == true;

        AgentPosture? posture;
        try
        {
            (posture, refusal) = await AttestAsync(application, entry, csr, cancellationToken);
        }
        catch (LedgerUnavailableException)
        {
            return new IssuanceResult(null, Refusals.StoreUnavailable());
        }
        if (posture is null)
            return await RefuseAsync(application.Attempt, refusal!, cancellationToken);
        var content = new SvidContent(LifetimeRule.Of(entry.Terms, posture.Assurance),
            [new X509Extension(AgentPosture.ExtensionOid, posture.Encode(), critical: false), .. SvidExtensions.For(signingKey, requiresBoth)]);
        var svid = issuer.Issue(application.Id, csr.Key, now, content);
        var result = await RecordAsync(application, entries, entry, csr, svid, posture, now, cancellationToken);
        if (result.Certificate is not null && application.Request.Evidence.Count > 0)
            await journal.ResolveAsync(application.Id.Text, cancellationToken);
        return result;
    }

    public async Task<IssuanceResult> RefuseAsync(IssuanceAttempt attempt, AuthorityRefusal refusal, CancellationToken cancellationToken)
    {
        var leaf = new LedgerLeaf
        {
            Kind = attempt.Kind, Verdict = LeafVerdict.Refused, Code = refusal.Code, At = time.GetUtcNow(),
            Actor = attempt.Actor ?? $"address:{RefusalJournal.SourceOf(attempt.RemoteAddress)}",
            Subject = attempt.Subject, Certificate = attempt.Serial, Detail = LedgerLeaf.Sentence(refusal.Detail), Demo = attempt.Demo,
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

    private static EntryRefusal? Check(EntryTerms entry, SigningRequest csr, IssuanceApplication application)
        => EntryRules.CheckKey(entry, AlgorithmRegistry.OfKey(csr.Key)!.Id)
            ?? EntryRules.CheckEvidence(entry, application.Kind, application.IsInvited, [.. application.Request.Evidence.Select(e => e.Kind)], HeldBy(application));

    private SigningKeyFault? CheckSigningKey(SigningKeyRequest? key, SigningRequest csr, EntryTerms entry, VerifiedSvid? current, DateTimeOffset now)
        => SigningKeyProof.Check(key, csr.Der.Span, csr.Key, entry.RequiresDualSignature, algorithms.Current, now)
            ?? (current is null ? null : SigningKeyProof.CheckSuccession(key, csr.Der.Span, current));

    private static IReadOnlyList<string> HeldBy(IssuanceApplication application) => application.Before?.Evidence ?? [];

    /// <summary>What the certificate will say of its agent's posture; null with the reason when the evidence does not hold.</summary>
    private async Task<(AgentPosture? Posture, AuthorityRefusal? Refusal)> AttestAsync(IssuanceApplication application, RegisteredEntry entry, SigningRequest csr, CancellationToken cancellationToken)
    {
        var before = application.Before;
        var posture = new AgentPosture
        {
            Assurance = before?.Assurance ?? AssuranceLevel.Invited, AttestedAt = WholeSecond(before?.AttestedAt ?? time.GetUtcNow()),
            Evidence = before?.Evidence ?? [EvidenceKind.JoinToken], ResultDigest = before?.ResultDigest ?? default,
            Entry = entry.Id, EntryDigest = entry.Digest, Tier = entry.Terms.Tier,
        };
        var request = application.Request;
        if (request.Evidence.Count == 0)
            return (posture, null);
        var key = csr.Key.ExportSubjectPublicKeyInfo();
        var (token, refusal) = await desk.AppraiseAsync(new DeskCase
        {
            SpiffeId = application.Id.Text, Entry = entry, Step = application.Kind, IsInvited = application.IsInvited, SubjectPublicKeyInfo = key,
            Nonce = request.Nonce, Evidence = request.Evidence,
            Party = new AttestationParty(application.IsInvited || application.Kind == IssuanceKind.Renewal, application.Attempt.Serial, application.Attempt.RemoteAddress, application.Attempt.IsDemo),
        }, cancellationToken);
        if (token is null)
            return (null, refusal);
        // The relying party: from here on only what a signed result says about this very key, nonce and entry counts.
        var expected = new ResultSubject(application.Id.Text, request.Nonce!, VerificationKey.IdOf(key), entry);
        (var result, refusal) = results.TryVerify(token, expected, time.GetUtcNow());
        if (result is null)
            return (null, refusal);
        // Evidence that is worth no more than the word of whoever asks does not say who asks.
        if (application is { Kind: IssuanceKind.Enrolment, IsInvited: false } && result.Assurance == AssuranceLevel.Invited && result.Kinds.All(k => k == EvidenceKind.Image))
            return (null, Refusals.ByEntry(new(EntryRefusalCodes.InvitationRequired, "Image evidence that only the agent itself has signed does not say who asks: enrol with a join token, or have the entry pin the platforms that may sign it.")));
        var kinds = application.IsInvited ? result.Kinds.Append(EvidenceKind.JoinToken) : result.Kinds;
        var isComplete = EntryRules.Required(entry.Terms, IssuanceKind.Enrolment).All(e => result.Kinds.Contains(e.Kind));
        // What was not shown afresh is as old as it was: the better level counts, with the older time.
        return (isComplete || before is null
            ? posture with { Assurance = result.Assurance, AttestedAt = WholeSecond(result.At), Evidence = [.. kinds], ResultDigest = result.Digest }
            : posture with { Assurance = before.Assurance > result.Assurance ? before.Assurance : result.Assurance, Evidence = [.. kinds.Union(before.Evidence)], ResultDigest = result.Digest }, null);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    private async Task<(EntrySet Entries, RegisteredEntry? Entry, EntryRefusal? Refusal)> FindEntryAsync(SpiffeId id, CancellationToken cancellationToken)
    {
        var entries = await book.CurrentAsync(cancellationToken);
        if (entries.Find(id) is not { IsEnabled: true })
            entries = await book.RereadAsync(cancellationToken);
        var (entry, refusal) = EntryRules.Find(entries, id);
        return (entries, entry, refusal);
    }

    private async Task<IssuanceResult> RecordAsync(
        IssuanceApplication application, EntrySet entries, RegisteredEntry entry, SigningRequest csr, IssuedSvid svid,
        AgentPosture posture, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var further = application.Request.SigningKey is { } signingKey ? VerificationKey.TryCreate(signingKey.PublicKey.Span) : null;
        var (serial, notBefore, notAfter) = (svid.Serial, svid.NotBefore, svid.NotAfter);
        var leaf = new LedgerLeaf
        {
            Kind = application.Attempt.Kind, Verdict = LeafVerdict.Done, At = now, Actor = application.Id.Text, Certificate = serial, Expires = notAfter,
            Digest = CertificateText.FingerprintOf(svid.Der), Detail = application.Detail, Demo = application.Attempt.Demo,
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Certificate? certificate = null;
                Agent? agent = null;
                var receipt = await ledger.RecordKeyedAsync(leaf, (context, leafIndex) =>
                {
                    if (!book.IsCurrent(entries))
                        throw new TrustConflictException(TrustConflict.EntriesChanged);
                    certificate = new Certificate
                    {
                        Id = leafIndex, Serial = serial, KeyId = VerificationKey.IdOf(csr.Key),
                        NotBefore = notBefore, NotAfter = notAfter, IssuedAt = now, Der = svid.Der,
                        IssuerKeyId = svid.Issuer.KeyId, Algorithm = AlgorithmRegistry.OfKey(csr.Key)!.Id,
                        SigningKeyId = further?.KeyId, SigningAlgorithm = further?.Algorithm.Id,
                    };
                    agent = application.Change(context, new Issuance(certificate, entry.Id, posture.Assurance, posture.AttestedAt) { Record = TokenRecord(application, certificate) });
                }, application.Attempt.Serial, cancellationToken);
                // Before anybody sees it: the gate takes only what it knows to be on the ledger.
                standings.Issued(agent!, certificate!);
                return new IssuanceResult(new IssuedCertificate(application.Id.Text, serial, notBefore, notAfter, CertificateText.PemOf(svid.Der) + svid.Issuer.Pem, svid.Der, receipt.LeafIndex), null);
            }
            catch (TrustConflictException e) when (e.Conflict == TrustConflict.EntriesChanged)
            {
                (entries, var again, var refusal) = await FindEntryAsync(application.Id, cancellationToken);
                if (again is null)
                    return await RefuseAsync(application.Attempt, Refusals.ByEntry(refusal!), cancellationToken);
                // Another entry's change: this certificate stands as it was decided.
                if (attempt >= MaxAttempts || !again.Digest.Span.SequenceEqual(entry.Digest.Span))
                    return await RefuseAsync(application.Attempt, Refusals.EntryChanged(), cancellationToken);
            }
            catch (TrustConflictException e)
            {
                return await RefuseAsync(application.Attempt, RefusalOf(e.Conflict), cancellationToken);
            }
            catch (LifeConflictException e)
            {
                return await RefuseAsync(application.Attempt, new AuthorityRefusal(e.Refusal.Code, 403, e.Refusal.Detail), cancellationToken);
            }
            catch (LedgerUnavailableException)
            {
                return new IssuanceResult(null, Refusals.StoreUnavailable());
            }
        }
    }

    /// <summary>A join token is appraised in the very transaction that spends it, so that the issuance's leaf is its record's.</summary>
    private static AttestationRecord? TokenRecord(IssuanceApplication application, Certificate certificate) => application.InvitedBy is not { } inviter ? null : new AttestationRecord
    {
        Id = certificate.Id, Kind = EvidenceKind.JoinToken, At = certificate.IssuedAt, IsAffirming = true, KeyId = certificate.KeyId,
        Claims = JsonSerializer.Serialize<MeasuredClaim[]>([new("invited-by", inviter, null, true)], JsonSerializerOptions.Web),
    };

    private static AuthorityRefusal RefusalOf(TrustConflict conflict) => conflict switch
    {
        TrustConflict.TokenUnknown => Refusals.TokenUnknown(),
        TrustConflict.TokenSpent => Refusals.TokenSpent(),
        TrustConflict.CertificateUnknown => Refusals.CertificateUnknown(),
        TrustConflict.CertificateRevoked => Refusals.CertificateRevoked(),
        TrustConflict.CertificateSuperseded => Refusals.CertificateSuperseded(),
        TrustConflict.TokenEnded => Refusals.TokenEnded(),
        TrustConflict.EntriesChanged => Refusals.EntryChanged(),
        TrustConflict.AgentUnknown => Refusals.CertificateUnknown(),
        _ => throw new ArgumentOutOfRangeException(nameof(conflict)),
    };
}
