using System.Text.Json;

namespace A2AConsole.Sdk;

/// <summary>
/// Gathers one kind of evidence of what the agent runs on (RATS, RFC 9334: the attester). An agent's developer implements it where its registration
/// entry asks for more than a join token, and names it in <see cref="AgentOptions.Evidence"/>; the SDK asks it at enrolment and at each
/// renewal for which the entry requires that kind.
/// </summary>
public interface IEvidenceSource
{
    /// <summary>The kind, as entries name it: <c>tpm</c>, <c>kubernetes</c>, <c>image</c>, <c>sev-snp</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// What the authority makes its challenge from, for a kind that has one (TPM 2.0: the public keys), as a JSON object; null for the others. Of all sources of
    /// an agent at most one has an opening.
    /// </summary>
    ValueTask<JsonElement?> OpenAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<JsonElement?>(null);

    /// <summary>
    /// Gathers evidence: the kind's own JSON object; the SDK adds the member <c>kind</c>. It must carry <see cref="EvidenceRequest.Binding"/> where the kind
    /// has room for a caller's data. What it throws ends the enrolment, or counts as a failed attempt at the renewal.
    /// </summary>
    ValueTask<JsonElement> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken = default);
}

/// <summary>What evidence has to be about.</summary>
public sealed class EvidenceRequest
{
    internal EvidenceRequest(string spiffeId, byte[] nonce, byte[] binding, JsonElement? challenge, byte[] subjectPublicKeyInfo, Func<ReadOnlyMemory<byte>, byte[]> sign)
        => (SpiffeId, Nonce, Binding, Challenge, SubjectPublicKeyInfo, _sign) = (spiffeId, nonce, binding, challenge, subjectPublicKeyInfo, sign);

    private readonly Func<ReadOnlyMemory<byte>, byte[]> _sign;

    /// <summary>The identity that the certificate will be for.</summary>
    public string SpiffeId { get; }

    /// <summary>32 bytes by the authority, good for this one request.</summary>
    public ReadOnlyMemory<byte> Nonce { get; }

    /// <summary>What evidence must carry, 32 bytes: SHA-256("a2aconsole-attestation-v1" ‖ nonce ‖ SHA-256(<see cref="SubjectPublicKeyInfo"/>)).</summary>
    public ReadOnlyMemory<byte> Binding { get; }

    /// <summary>The authority's challenge, where <see cref="IEvidenceSource.OpenAsync"/> gave an opening.</summary>
    public JsonElement? Challenge { get; }

    /// <summary>The key that is to be certified, DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>Signs with the key that is to be certified (ECDSA P-256 with SHA-256, r‖s, 64 bytes): for kinds whose evidence the agent signs.</summary>
    public byte[] Sign(ReadOnlyMemory<byte> data) => _sign(data);
}
