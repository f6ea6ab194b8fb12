using System.Security.Cryptography;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Queries;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Attestation;

/// <summary>Evidence that came with a request for a certificate, and what it must be about.</summary>
internal sealed record DeskCase
{
    public required string SpiffeId { get; init; }
    public required RegisteredEntry Entry { get; init; }
    public required IssuanceKind Step { get; init; }
    public required bool IsInvited { get; init; }
    /// <summary>The key that is to be certified, DER.</summary>
    public required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }
    public string? Nonce { get; init; }
    public required IReadOnlyList<Evidence> Evidence { get; init; }
    public required AttestationParty Party { get; init; }
}

/// <summary>
/// The verifier's desk (RATS, RFC 9334): takes evidence over a nonce that it gave out, has each kind appraised by its verifier, puts every
/// appraisal on record, and signs a result when all of them affirm. Whether a certificate follows is not decided here.
/// </summary>
internal sealed class AttestationDesk(
    IEnumerable<IEvidenceVerifier> verifiers, NonceBook nonces, AttestationResults results, AttestationJournal journal, AttestationQueries queries,
    TimeProvider time, ILogger<AttestationDesk> logger)
{
    private readonly Dictionary<string, IEvidenceVerifier> _verifiers = verifiers.ToDictionary(v => v.Kind, StringComparer.Ordinal);

    /// <summary>The verifier of a kind, or why there is none.</summary>
    public (IEvidenceVerifier? Verifier, AuthorityRefusal? Refusal) VerifierOf(string kind)
        => _verifiers.TryGetValue(kind, out var verifier) ? (verifier, null) : (null, Refusals.EvidenceUnsupported(kind, _verifiers.Keys));

    /// <summary>Appraises all evidence of a case. A result comes only when every piece affirms. Throws <see cref="Data.Ledger.LedgerUnavailableException"/>.</summary>
    public async Task<(string? Result, AuthorityRefusal? Refusal)> AppraiseAsync(DeskCase @case, CancellationToken cancellationToken)
    {
        // Before the nonce is used up: what nobody here can appraise is not the agent's mistake to pay for.
        foreach (var evidence in @case.Evidence)
        {
            if (VerifierOf(evidence.Kind).Refusal is { } unsupported)
                return (null, unsupported);
        }
        var (nonce, refusal) = nonces.Take(@case.Nonce, @case.SpiffeId, SHA256.HashData(@case.SubjectPublicKeyInfo.Span));
        if (nonce is null)
            return (null, refusal);

        var subject = new ResultSubject(@case.SpiffeId, nonce.Text, Core.Crypto.VerificationKey.IdOf(@case.SubjectPublicKeyInfo.Span), @case.Entry);
        var appraisals = new List<(Evidence Evidence, Appraisal Appraisal)>();
        foreach (var evidence in @case.Evidence)
        {
            var appraisal = await AppraiseAsync(evidence, nonce, @case, cancellationToken);
            appraisals.Add((evidence, appraisal));
            if (!appraisal.IsAffirming)
            {
                await journal.RecordAsync(@case.Party, subject, appraisals, result: null, cancellationToken);
                return (null, Refusals.NotAffirmed(appraisal, @case.Step));
            }
        }
        string result;
        try
        {
            result = results.Sign(subject, [.. appraisals.Select(a => a.Appraisal)], time.GetUtcNow());
        }
        catch (AlgorithmForbiddenException e)
        {
            return (null, Refusals.ResultNotSigned(e.Message));
        }
        await journal.RecordAsync(@case.Party, subject, appraisals, result, cancellationToken);
        return (result, null);
    }

    private async Task<Appraisal> AppraiseAsync(Evidence evidence, IssuedNonce nonce, DeskCase @case, CancellationToken cancellationToken)
    {
        using var reference = JsonDocument.Parse(@case.Entry.Terms.Evidence.First(e => e.Kind == evidence.Kind).Reference);
        Appraisal appraisal;
        try
        {
            appraisal = await _verifiers[evidence.Kind].AppraiseAsync(evidence, new AppraisalContext
            {
                SpiffeId = @case.SpiffeId, Nonce = nonce.Value, SubjectPublicKeyInfo = @case.SubjectPublicKeyInfo, Reference = reference.RootElement, Now = time.GetUtcNow(),
                ChallengeState = nonce.ChallengedKind == evidence.Kind ? nonce.ChallengeState : default,
            }, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A verifier never throws for bad evidence; one that does has a fault, and a fault never affirms.
            logger.LogError(e, "The verifier of {Kind} failed", evidence.Kind);
            return new Appraisal { Kind = evidence.Kind, Assurance = AssuranceLevel.Invited, Code = "verifier-failed", Detail = $"The verifier of {evidence.Kind} failed; the failure is in the authority's log." };
        }
        if (!appraisal.IsAffirming)
            return appraisal;
        // Whatever a verifier calls itself or claims: a value that differs is not affirmed, and a result is about the kind that was asked for.
        if (appraisal.Kind != evidence.Kind || appraisal.Claims.Any(c => !c.Matches))
            return appraisal with { Kind = evidence.Kind, Code = "verifier-inconsistent", Detail = $"The verifier of {evidence.Kind} affirmed what it found to differ." };
        var before = appraisal.Assurance == AssuranceLevel.Hardware ? await queries.RuntimeAsync(@case.SpiffeId, evidence.Kind, cancellationToken) : null;
        return EntryRules.CheckRuntime(evidence.Kind, appraisal.Assurance, appraisal.Runtime, before, @case.IsInvited) is { } moved
            ? appraisal with { Code = moved.Code, Detail = moved.Detail, Claims = [.. appraisal.Claims, new("runtime", appraisal.Runtime ?? "none", before, false)] }
            : appraisal;
    }
}
