using System.Text.Json;

namespace A2AConsole.Core.Attestation;

/// <summary>The kinds of evidence that can be required of an agent. The names are what requests, entries and certificates say.</summary>
public static class EvidenceKind
{
    /// <summary>A single-use secret: proves that somebody let the agent in, nothing about where or what it runs.</summary>
    public const string JoinToken = "join-token";
    /// <summary>A TPM 2.0 quote over boot measurements by a key that lives in the very TPM that the vendor certified.</summary>
    public const string Tpm = "tpm";
    /// <summary>A projected Kubernetes service-account token.</summary>
    public const string Kubernetes = "kubernetes";
    /// <summary>The digest of image and policy bundle, with build provenance by a builder that we pinned.</summary>
    public const string Image = "image";
    /// <summary>An AMD SEV-SNP attestation report.</summary>
    public const string SevSnp = "sev-snp";

    /// <summary>All kinds, weakest first.</summary>
    public static IReadOnlyList<string> All { get; } = [JoinToken, Kubernetes, Image, Tpm, SevSnp];
}

/// <summary>How much a result is worth: decides the certificate's lifetime and which tiers it is enough for.</summary>
public enum AssuranceLevel
{
    /// <summary>Somebody let it in (join token).</summary>
    Invited,
    /// <summary>A platform that we trust says where or what it is (Kubernetes, image provenance).</summary>
    Platform,
    /// <summary>Hardware says it (TPM, SEV-SNP).</summary>
    Hardware,
}

/// <summary>Evidence as received (RFC 9334: from the attester). Nothing of it is believed yet.</summary>
/// <param name="Kind">One of <see cref="EvidenceKind"/>.</param>
/// <param name="Body">The kind's own JSON object.</param>
public sealed record Evidence(string Kind, JsonElement Body);

/// <summary>What a piece of evidence must be about: this agent, this key, this moment, these reference values.</summary>
public sealed record AppraisalContext
{
    /// <summary>The identity that is asked for, e.g. <c>spiffe://acme.example/env/prod/role/planning/agent/forecast</c>.</summary>
    public required string SpiffeId { get; init; }
    /// <summary>32 bytes that the authority made for this request and takes once.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }
    /// <summary>The key that is being certified: SubjectPublicKeyInfo, DER.</summary>
    public required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }
    /// <summary>The entry's reference values for this kind: a JSON object whose shape the verifier documents.</summary>
    public required JsonElement Reference { get; init; }
    public required DateTimeOffset Now { get; init; }
    /// <summary>What the verifier kept of its challenge for this nonce (<see cref="IChallengingVerifier"/>), or empty.</summary>
    public ReadOnlyMemory<byte> ChallengeState { get; init; }

    /// <summary>What evidence carries as its report data, qualifying data or audience suffix: see <see cref="EvidenceBinding"/>.</summary>
    public byte[] Binding => EvidenceBinding.Of(Nonce.Span, SubjectPublicKeyInfo.Span);
}

/// <summary>One claim of the evidence beside what the entry expects of it.</summary>
/// <param name="Name">The claim's name, e.g. <c>pcr.7</c>.</param>
/// <param name="Measured">What the evidence says.</param>
/// <param name="Reference">What the entry expects, or null when it expects nothing of it.</param>
/// <param name="Matches">Whether the two agree; true when nothing is expected.</param>
public sealed record MeasuredClaim(string Name, string Measured, string? Reference, bool Matches);

/// <summary>A verifier's result (RFC 9334: attestation result). Affirming only when <see cref="Code"/> is null.</summary>
public sealed record Appraisal
{
    public required string Kind { get; init; }
    public required AssuranceLevel Assurance { get; init; }
    /// <summary>Why the evidence was not accepted: a stable code such as <c>tpm-nonce-mismatch</c>; null when it was.</summary>
    public string? Code { get; init; }
    /// <summary>What was found and what would be right, when it was not accepted.</summary>
    public string? Detail { get; init; }
    public IReadOnlyList<MeasuredClaim> Claims { get; init; } = [];
    /// <summary>What the agent runs on, as far as the evidence identifies it (endorsement key, chip, pod): two identities with one runtime are shown.</summary>
    public string? Runtime { get; init; }

    public bool IsAffirming => Code is null;

    /// <summary>Whether it failed because a measured value differs from the reference value, rather than because the evidence is unsound.</summary>
    public bool IsDrift => !IsAffirming && Claims.Any(c => !c.Matches);
}

/// <summary>Appraises one kind of evidence (RFC 9334: verifier). Never throws for bad evidence; a stranger sent it.</summary>
public interface IEvidenceVerifier
{
    /// <summary>The kind that it appraises.</summary>
    string Kind { get; }

    /// <summary>
    /// What is wrong with an entry's reference values for this kind and what would be right, in one sentence; null when they can be used.
    /// </summary>
    string? ReferenceFault(JsonElement reference) => null;

    /// <summary>Appraises <paramref name="evidence"/> for the agent, key, nonce and reference values in <paramref name="context"/>.</summary>
    ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default);
}

/// <summary>A verifier whose evidence answers a challenge made for it (TPM 2.0: MakeCredential for one attestation key).</summary>
public interface IChallengingVerifier : IEvidenceVerifier
{
    /// <summary>
    /// Makes a challenge from the attester's opening (its public keys), or says why the opening is unacceptable.
    /// </summary>
    ValueTask<ChallengeOffer> ChallengeAsync(JsonElement opening, AppraisalContext context, CancellationToken cancellationToken = default);
}

/// <summary>A challenge, or why there is none.</summary>
/// <param name="Challenge">What is sent to the attester: a JSON object; null when refused.</param>
/// <param name="State">What only the verifier knows of it; comes back as <see cref="AppraisalContext.ChallengeState"/>.</param>
/// <param name="Code">The refusal's stable code; null when there is a challenge.</param>
/// <param name="Detail">What was wrong with the opening and what would be right.</param>
public sealed record ChallengeOffer(JsonElement? Challenge, ReadOnlyMemory<byte> State, string? Code = null, string? Detail = null);
