using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Authority;

namespace A2AConsole.Trust.Attestation.JoinToken;

/// <summary>A join token that can still be spent, and whom it enrols.</summary>
/// <param name="Hash">SHA-256 of its secret: how the store knows it.</param>
/// <param name="Facts">What is on record of it.</param>
internal sealed record SpendableToken(byte[] Hash, TokenFacts Facts);

/// <summary>
/// The weakest evidence (kind <c>join-token</c>, evidence <c>{"token": "a2aj.…"}</c>, no reference values): somebody who may invite agents let this one
/// in. It is the only kind that names the agent. It is spent in the transaction that issues, not here.
/// </summary>
internal sealed class JoinTokenVerifier(ITrustDomain domain, TrustQueries queries, TimeProvider time) : IEvidenceVerifier
{
    /// <inheritdoc/>
    public string Kind => EvidenceKind.JoinToken;

    /// <inheritdoc/>
    public string? ReferenceFault(JsonElement reference)
        => reference.EnumerateObject().Any() ? "A join token has no reference values: leave the object empty, {}." : null;

    /// <summary>Finds a token that can be spent now, or says why it cannot; <paramref name="text"/> may be anything.</summary>
    public async Task<(SpendableToken? Token, TokenFacts? Known, AuthorityRefusal? Refusal)> FindAsync(string? text, CancellationToken cancellationToken)
    {
        if (!JoinTokenText.TryParse(text, out var hash, out var fingerprint) || fingerprint != domain.RootFingerprint)
            return (null, null, Refusals.TokenUnknown());
        if (await queries.TokenAsync(hash, cancellationToken) is not { } facts)
            return (null, null, Refusals.TokenUnknown());
        if (facts.SpentAt is not null)
            return (null, facts, Refusals.TokenSpent());
        return facts.ExpiresAt <= time.GetUtcNow() ? (null, facts, Refusals.TokenExpired(facts.ExpiresAt)) : (new SpendableToken(hash, facts), facts, null);
    }

    /// <inheritdoc/>
    public async ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default)
    {
        var text = evidence.Body.ValueKind == JsonValueKind.Object && evidence.Body.TryGetProperty("token", out var token) && token.ValueKind == JsonValueKind.String ? token.GetString() : null;
        var (found, _, refusal) = await FindAsync(text, cancellationToken);
        if (found is null)
            return Refused(refusal!.Code, refusal.Detail);
        return found.Facts.SpiffeId == context.SpiffeId
            ? new Appraisal { Kind = Kind, Assurance = AssuranceLevel.Invited, Claims = [new("invited-by", found.Facts.CreatedBy, null, true)] }
            : Refused("token-other-agent", "The join token is another agent's.");
    }

    private Appraisal Refused(string code, string detail) => new() { Kind = Kind, Assurance = AssuranceLevel.Invited, Code = code, Detail = detail };
}
