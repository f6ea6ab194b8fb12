using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Trust.Attestation.JoinToken;
using A2AConsole.Trust.Authority;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Registration;

namespace A2AConsole.Trust.Attestation;

/// <summary>What an agent asks before it attests. Nothing of it is believed.</summary>
internal sealed record AttestationRequest
{
    /// <summary>The identity, unless a join token names it.</summary>
    public string? SpiffeId { get; init; }
    public string? Token { get; init; }
    /// <summary>The kind that needs a challenge first, or that the opening is of; null: only a nonce.</summary>
    public string? Kind { get; init; }
    /// <summary>The certification request (PEM or DER) of the key that is to be certified…</summary>
    public ReadOnlyMemory<byte> Csr { get; init; }
    /// <summary>…or the key itself: SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> KeyInfo { get; init; }
    public JsonElement? Opening { get; init; }
    /// <summary>The kinds that the certificate it showed says it was issued on; null: it showed none. Only for telling it what a renewal needs.</summary>
    public IReadOnlyList<string>? Held { get; init; }
}

/// <summary>A nonce, with the challenge where the kind has one.</summary>
/// <param name="SpiffeId">The identity that it is for.</param>
/// <param name="Nonce">The nonce.</param>
/// <param name="Binding">What evidence carries: <see cref="EvidenceBinding"/> over the nonce and the key, 32 bytes.</param>
/// <param name="Required">The kinds that the entry requires at enrolment.</param>
/// <param name="RequiredAtRenewal">Those that it requires at renewal.</param>
/// <param name="Challenge">What the kind's verifier wants answered, or null.</param>
internal sealed record AttestationOffer(string SpiffeId, IssuedNonce Nonce, byte[] Binding, IReadOnlyList<string> Required, IReadOnlyList<string> RequiredAtRenewal, JsonElement? Challenge);

/// <summary>Gives out nonces, and challenges with them, for identities that an entry allows.</summary>
internal sealed class AttestationOffers(
    ITrustDomain domain, EntryBook book, JoinTokenVerifier tokens, AttestationDesk desk, NonceBook nonces, IssuancePath path, AlgorithmPolicySource algorithms, TimeProvider time)
{
    public async Task<(AttestationOffer? Offer, AuthorityRefusal? Refusal)> OfferAsync(AttestationRequest request, string? remoteAddress, CancellationToken cancellationToken)
    {
        var attempt = new IssuanceAttempt(LeafKind.Attestation, remoteAddress);
        if (nonces.WhyNot(remoteAddress) is { } full)
            return (null, (await path.RefuseAsync(attempt, full, cancellationToken)).Refusal);
        var (id, refusal) = await IdentifyAsync(request, cancellationToken);
        if (id is null)
            return (null, (await path.RefuseAsync(attempt, refusal!, cancellationToken)).Refusal);
        attempt = attempt with { Subject = id.Text };
        var (offer, why) = await OfferAsync(id, request, remoteAddress, cancellationToken);
        return offer is not null ? (offer, null) : (null, (await path.RefuseAsync(attempt, why!, cancellationToken)).Refusal);
    }

    private async Task<(SpiffeId? Id, AuthorityRefusal? Refusal)> IdentifyAsync(AttestationRequest request, CancellationToken cancellationToken)
    {
        if (request.Token is not null)
        {
            var (token, _, refusal) = await tokens.FindAsync(request.Token, cancellationToken);
            return token is null ? (null, refusal)
                : request.SpiffeId is { } named && named != token.Facts.SpiffeId ? (null, Refusals.IdentityOtherThanToken(token.Facts.SpiffeId))
                : (SpiffeId.Parse(token.Facts.SpiffeId), null);
        }
        return Refusals.ReadIdentity(request.SpiffeId, domain.Name, out var id) is { } why ? (null, why) : (id, null);
    }

    private async Task<(AttestationOffer? Offer, AuthorityRefusal? Refusal)> OfferAsync(SpiffeId id, AttestationRequest request, string? remoteAddress, CancellationToken cancellationToken)
    {
        var (entry, missing) = EntryRules.Find(await book.CurrentAsync(cancellationToken), id);
        if (entry is null)
            (entry, missing) = EntryRules.Find(await book.RereadAsync(cancellationToken), id);
        if (entry is null)
            return (null, Refusals.ByEntry(missing!));
        var now = time.GetUtcNow();
        if (ReadKey(request, entry, algorithms.Current, now, out var key) is { } bad)
            return (null, bad);

        var required = EntryRules.Required(entry.Terms, IssuanceKind.Enrolment);
        var value = NonceBook.NewValue();
        var (challenge, state) = ((JsonElement?)null, default(ReadOnlyMemory<byte>));
        if (request.Kind is { } kind)
        {
            if (required.FirstOrDefault(e => e.Kind == kind) is not { } term)
                return (null, new(EntryRefusalCodes.EvidenceNotRequired, 403, $"The entry {entry.Terms} does not ask for {kind}; it asks for {(required.Count == 0 ? "no evidence but a join token" : string.Join(" and ", required.Select(e => e.Kind)))}."));
            var (verifier, unsupported) = desk.VerifierOf(kind);
            if (verifier is null)
                return (null, unsupported);
            if (verifier is IChallengingVerifier challenging)
            {
                if (request.Opening is not { ValueKind: JsonValueKind.Object } opening)
                    return (null, Refusals.OpeningMissing(kind));
                using var reference = JsonDocument.Parse(term.Reference);
                var offered = await challenging.ChallengeAsync(opening, new AppraisalContext { SpiffeId = id.Text, Nonce = value, SubjectPublicKeyInfo = key, Reference = reference.RootElement, Now = now }, cancellationToken);
                if (offered.Code is not null || offered.Challenge is null)
                    return (null, new(offered.Code ?? "challenge-refused", 403, offered.Detail ?? "The opening is not acceptable."));
                (challenge, state) = (offered.Challenge, offered.State);
            }
        }
        var nonce = nonces.Add(value, id.Text, SHA256.HashData(key.Span), challenge is null ? null : request.Kind, state, remoteAddress);
        return (new AttestationOffer(id.Text, nonce, EvidenceBinding.Of(value, key.Span), [.. required.Select(e => e.Kind)],
            [.. EntryRules.Required(entry.Terms, IssuanceKind.Renewal, request.Held).Select(e => e.Kind)], challenge), null);
    }

    private static AuthorityRefusal? ReadKey(AttestationRequest request, RegisteredEntry entry, AlgorithmPolicy policy, DateTimeOffset now, out ReadOnlyMemory<byte> key)
    {
        key = default;
        PublicKey subject;
        if (!request.Csr.IsEmpty)
        {
            if (!SigningRequestReader.TryRead(request.Csr.Span, policy, now, out var csr, out var refusal))
                return refusal;
            subject = csr.Key;
        }
        else
        {
            try
            {
                subject = PublicKey.CreateFromSubjectPublicKeyInfo(request.KeyInfo.Span, out var read);
                if (read != request.KeyInfo.Length)
                    return Refusals.RequestMalformed("bytes follow the key in \"keyInfo\"");
            }
            catch (CryptographicException)
            {
                return Refusals.RequestMalformed("\"keyInfo\" is no SubjectPublicKeyInfo (base64 of its DER)");
            }
        }
        if (AlgorithmRegistry.OfKey(subject) is not { } algorithm || !policy.IsUsable(algorithm, AlgorithmUses.AgentKey, now))
            return Refusals.KeyAlgorithmForbidden("agents may not hold keys of its kind");
        key = subject.ExportSubjectPublicKeyInfo();
        return EntryRules.CheckKey(entry.Terms, algorithm.Id) is { } notInEntry ? Refusals.ByEntry(notInEntry) : null;
    }
}
