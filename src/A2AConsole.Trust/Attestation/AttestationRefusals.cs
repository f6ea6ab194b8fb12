using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;

namespace A2AConsole.Trust;

/// <summary>The refusals on the way from a nonce to a result that the authority relies on.</summary>
public static partial class Refusals
{
    /// <summary>At a renewal: what was measured is no longer what the entry expects.</summary>
    public const string Drift = "attestation-drift";

    public static AuthorityRefusal IdentityMissing() => new("identity-missing", 400, "Nothing says which agent asks: send a join token (\"token\"), or the identity that evidence is for (\"spiffeId\").");
    public static AuthorityRefusal IdentityMalformed(string why) => new("identity-malformed", 400, $"\"spiffeId\" names no agent of this trust domain: {why}.");
    public static AuthorityRefusal IdentityOtherThanToken(string expected) => new("identity-other-than-token", 403, $"The join token is for {expected} and for nobody else.");

    public static AuthorityRefusal NonceMissing() => new("nonce-missing", 400, "Evidence needs a nonce: ask POST /v1/attest for one and send it along as \"nonce\".");
    public static AuthorityRefusal NonceUnknown() => new("nonce-unknown", 403, "The nonce is none that this authority gave out and still remembers; ask POST /v1/attest for another.");
    public static AuthorityRefusal NonceUsed() => new("nonce-used", 403, "The nonce was used before; each is good for one request. Ask POST /v1/attest for another.");
    public static AuthorityRefusal NonceExpired(DateTimeOffset at) => new("nonce-expired", 403, $"The nonce expired at {at.UtcDateTime:u}; ask POST /v1/attest for another.");
    public static AuthorityRefusal NonceOtherAgent() => new("nonce-other-agent", 403, "The nonce was given out for another identity; ask POST /v1/attest for one for this identity.");
    public static AuthorityRefusal NonceOtherKey() => new("nonce-other-key", 403, "The nonce was given out for another key than the certification request's; ask POST /v1/attest with this key.");
    public static AuthorityRefusal TooManyNonces() => new("nonces-exhausted", 429, "Too many nonces are out to this address; use those, or wait until they expire.");

    public static AuthorityRefusal EvidenceUnsupported(string kind, IEnumerable<string> supported)
        => new("evidence-unsupported", 403, $"Nobody here appraises evidence of the kind {kind}; verifiers are installed for {string.Join(", ", supported.Order(StringComparer.Ordinal))}.");
    public static AuthorityRefusal OpeningMissing(string kind) => new("opening-missing", 400, $"A challenge for {kind} is made from the attester's public keys: send them as the object \"opening\".");

    public static AuthorityRefusal ResultNotSigned(string why) => new("result-not-signed", 503, $"The attestation result was not signed: {why}.");
    public static AuthorityRefusal ResultInvalid(string why) => new("result-invalid", 403, $"The attestation result cannot be relied on: {why}.");
    public static AuthorityRefusal ResultExpired() => new("result-expired", 403, "The attestation result is not of this moment; attest again.");
    public static AuthorityRefusal ResultOtherAgent() => new("result-other-agent", 403, "The attestation result is about another agent.");
    public static AuthorityRefusal ResultOtherKey() => new("result-other-key", 403, "The attestation result is about another key than the one that is to be certified.");
    public static AuthorityRefusal ResultOtherNonce() => new("result-other-nonce", 403, "The attestation result is about another nonce.");
    public static AuthorityRefusal ResultOtherEntry() => new("result-other-entry", 403, "The attestation result was held against another entry, or another wording of it.");

    /// <summary>Why evidence was not affirmed: the verifier's own code, or <see cref="Drift"/> where a renewal's measured values differ.</summary>
    public static AuthorityRefusal NotAffirmed(Appraisal appraisal, IssuanceKind step)
    {
        var differing = appraisal.Claims.Where(c => !c.Matches).Take(3).Select(c => $"{c.Name} is {c.Measured}, expected {c.Reference ?? "nothing"}").ToList();
        var detail = appraisal.Detail + (differing.Count == 0 ? "" : $" ({string.Join("; ", differing)})");
        return step == IssuanceKind.Renewal && appraisal.IsDrift
            ? new(Drift, 403, $"The {appraisal.Kind} evidence no longer matches the entry ({appraisal.Code}): {detail}")
            : new(appraisal.Code!, 403, detail);
    }

    /// <summary>Reads an identity that somebody without a token asks for.</summary>
    internal static AuthorityRefusal? ReadIdentity(string? text, string trustDomain, out SpiffeId? id)
    {
        id = null;
        if (text is null)
            return IdentityMissing();
        if (!SpiffeId.TryParse(text, out var parsed, out var error))
            return IdentityMalformed(error);
        if (parsed.TrustDomain != trustDomain)
            return IdentityMalformed($"the trust domain here is {trustDomain}");
        id = parsed;
        return null;
    }
}
