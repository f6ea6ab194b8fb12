using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Registration;

namespace A2AConsole.Trust.Attestation;

/// <summary>What a result is about, and what the authority expects it to be about.</summary>
/// <param name="SpiffeId">The identity.</param>
/// <param name="Nonce">The nonce, base64url.</param>
/// <param name="KeyId">SHA-256 of the SubjectPublicKeyInfo that is to be certified, lower-case hex.</param>
/// <param name="Entry">The entry whose reference values it was held against.</param>
internal sealed record ResultSubject(string SpiffeId, string Nonce, string KeyId, RegisteredEntry Entry);

/// <summary>A result that was verified: its signature, its time, and that it is about what was expected. Made by <see cref="AttestationResults.TryVerify"/> only.</summary>
internal sealed class VerifiedResult
{
    internal VerifiedResult(AssuranceLevel assurance, IReadOnlyList<string> kinds, DateTimeOffset at, byte[] digest) => (Assurance, Kinds, At, Digest) = (assurance, kinds, at, digest);

    /// <summary>The best that any affirmed piece of evidence is worth.</summary>
    public AssuranceLevel Assurance { get; }
    public IReadOnlyList<string> Kinds { get; }
    public DateTimeOffset At { get; }
    /// <summary>SHA-256 of the token's text.</summary>
    public byte[] Digest { get; }
}

/// <summary>
/// Writes and verifies attestation results: EAT (RFC 9711) as a JWT, signed by the authority's attestation key (RATS, RFC 9334: the verifier's half). The
/// issuing path (the relying party's half) believes nothing of evidence but what such a token says.
/// </summary>
internal sealed class AttestationResults(AttestationKeys keys, ITrustDomain domain, TrustOptions options)
{
    /// <summary>Our profile of EAT: the arc of our object identifiers, 2.</summary>
    public const string Profile = Core.Identity.AgentPosture.Arc + ".2";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Signs the result of appraisals that all affirm. Throws <see cref="ArgumentException"/> when one does not.</summary>
    /// <exception cref="AlgorithmForbiddenException">The site accepts no algorithm for results.</exception>
    public string Sign(ResultSubject subject, IReadOnlyList<Appraisal> appraisals, DateTimeOffset now)
    {
        if (appraisals.Count == 0 || appraisals.Any(a => !a.IsAffirming))
            throw new ArgumentException("only evidence that was affirmed makes a result", nameof(appraisals));
        var key = keys.Current(now);
        var header = Write(json =>
        {
            json.WriteString("alg", key.Algorithm.JoseName);
            json.WriteString("typ", EatClaims.Type);
            json.WriteString("kid", key.Id);
        });
        var claims = Write(json =>
        {
            json.WriteString(EatClaims.Issuer, $"spiffe://{domain.Name}");
            json.WriteString(EatClaims.Subject, subject.SpiffeId);
            json.WriteNumber(EatClaims.IssuedAt, now.ToUnixTimeSeconds());
            json.WriteNumber(EatClaims.Expires, (now + options.AttestationResultLifetime).ToUnixTimeSeconds());
            json.WriteString(EatClaims.Nonce, subject.Nonce);
            json.WriteString(EatClaims.Profile, Profile);
            json.WriteStartObject(EatClaims.Confirmation);
            json.WriteString(EatClaims.KeyId, subject.KeyId);
            json.WriteEndObject();
            json.WriteStartObject(EatClaims.Entry);
            json.WriteNumber("id", subject.Entry.Id);
            json.WriteString("digest", Convert.ToHexStringLower(subject.Entry.Digest.Span));
            json.WriteEndObject();
            json.WriteStartObject(EatClaims.Submodules);
            foreach (var appraisal in appraisals)
                WriteSubmodule(json, appraisal);
            json.WriteEndObject();
        });
        var signed = $"{header}.{claims}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Verifies a result and that it is about <paramref name="expected"/>, or says why it is not to be relied on. Never throws for any text.</summary>
    public (VerifiedResult? Result, AuthorityRefusal? Refusal) TryVerify(string token, ResultSubject expected, DateTimeOffset now)
    {
        try
        {
            return Verify(token, expected, now);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return (null, Refusals.ResultInvalid("it is not an EAT of this authority's profile"));
        }
    }

    private (VerifiedResult? Result, AuthorityRefusal? Refusal) Verify(string token, ResultSubject expected, DateTimeOffset now)
    {
        if (token.Split('.') is not [var header, var claims, var signature])
            return (null, Refusals.ResultInvalid("it is no JWT"));
        using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header), Strict);
        // The key says which algorithm, never the token: that must only agree.
        if (keys.Find(head.RootElement.GetProperty("kid").GetString(), now) is not { } key || head.RootElement.GetProperty("alg").GetString() != key.Algorithm.JoseName
            || head.RootElement.GetProperty("typ").GetString() != EatClaims.Type || head.RootElement.TryGetProperty("crit", out _))
            return (null, Refusals.ResultInvalid("it is not signed by this authority's attestation key"));
        using var verifier = VerificationKey.TryCreate(key.SubjectPublicKeyInfo.Span);
        if (verifier?.Verify(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature)) != true)
            return (null, Refusals.ResultInvalid("its signature does not verify"));

        var body = Base64Url.DecodeFromChars(claims);
        using var json = JsonDocument.Parse(body, Strict);
        var root = json.RootElement;
        if (root.GetProperty(EatClaims.Profile).GetString() != Profile || root.GetProperty(EatClaims.Issuer).GetString() != $"spiffe://{domain.Name}")
            return (null, Refusals.ResultInvalid("it is of another profile or issuer"));
        if (root.GetProperty(EatClaims.Subject).GetString() != expected.SpiffeId)
            return (null, Refusals.ResultOtherAgent());
        if (root.GetProperty(EatClaims.Confirmation).GetProperty(EatClaims.KeyId).GetString() != expected.KeyId)
            return (null, Refusals.ResultOtherKey());
        if (root.GetProperty(EatClaims.Nonce).GetString() != expected.Nonce)
            return (null, Refusals.ResultOtherNonce());
        var entry = root.GetProperty(EatClaims.Entry);
        if (entry.GetProperty("id").GetInt32() != expected.Entry.Id || entry.GetProperty("digest").GetString() != Convert.ToHexStringLower(expected.Entry.Digest.Span))
            return (null, Refusals.ResultOtherEntry());
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(root.GetProperty(EatClaims.IssuedAt).GetInt64());
        if (now >= DateTimeOffset.FromUnixTimeSeconds(root.GetProperty(EatClaims.Expires).GetInt64()) || now < issuedAt)
            return (null, Refusals.ResultExpired());
        var submodules = root.GetProperty(EatClaims.Submodules).EnumerateObject().ToList();
        if (submodules.Count == 0 || submodules.Any(s => s.Value.GetProperty(EatClaims.Status).GetString() != EatClaims.Affirming))
            return (null, Refusals.ResultInvalid("not all of its evidence was affirmed"));
        var assurance = submodules.Max(s => Enum.Parse<AssuranceLevel>(s.Value.GetProperty(EatClaims.Assurance).GetString()!));
        return (new VerifiedResult(assurance, [.. submodules.Select(s => s.Name)], issuedAt, DigestOf(token)), null);
    }

    /// <summary>What certificates say of a result.</summary>
    public static byte[] DigestOf(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));

    private static void WriteSubmodule(Utf8JsonWriter json, Appraisal appraisal)
    {
        json.WriteStartObject(appraisal.Kind);
        json.WriteString(EatClaims.Status, EatClaims.Affirming);
        json.WriteString(EatClaims.Assurance, appraisal.Assurance.ToString());
        if (appraisal.Runtime is { } runtime)
            json.WriteString(EatClaims.Runtime, runtime);
        json.WriteStartArray(EatClaims.Measured);
        foreach (var claim in appraisal.Claims)
        {
            json.WriteStartObject();
            json.WriteString("name", claim.Name);
            json.WriteString("measured", claim.Measured);
            if (claim.Reference is { } reference)
                json.WriteString("reference", reference);
            json.WriteBoolean("matches", claim.Matches);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }
}
