using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Trust.Attestation;

namespace A2AConsole.Trust.Tests.Attestation.Desk;

/// <summary>
/// A verifier of a test's own for the desk: evidence is <c>{"kind", "binding" (base64url), "value", "machine"}</c>, reference values <c>{"value"}</c>. It answers for
/// what the desk hands it, not for any hardware.
/// </summary>
internal sealed class FakeVerifier(string kind, AssuranceLevel assurance) : IEvidenceVerifier
{
    public string Kind => kind;

    /// <summary>Runs before it answers, or throws.</summary>
    public Action? Before { get; set; }

    /// <summary>What it answers in the end, whatever it found.</summary>
    public Func<Appraisal, Appraisal>? Instead { get; set; }

    public string? ReferenceFault(JsonElement reference) => reference.Text("value") is null ? "\"value\" is missing" : null;

    public ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default)
    {
        Before?.Invoke();
        var appraisal = new Appraisal { Kind = kind, Assurance = assurance, Runtime = evidence.Body.Text("machine") };
        if (evidence.Body.Text("binding") is not { } binding || !CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(binding), context.Binding))
            appraisal = appraisal with { Code = "fake-binding", Detail = "It is about another key or nonce." };
        else
        {
            var (measured, reference) = (evidence.Body.Text("value") ?? "", context.Reference.Text("value")!);
            appraisal = appraisal with { Claims = [new("value", measured, reference, measured == reference)] };
            if (measured != reference)
                appraisal = appraisal with { Code = "fake-value", Detail = "The value differs." };
        }
        return ValueTask.FromResult(Instead?.Invoke(appraisal) ?? appraisal);
    }
}

/// <summary>As <see cref="FakeVerifier"/>, with a challenge: evidence must repeat the secret that the challenge holds.</summary>
internal sealed class FakeChallenger(string kind) : IChallengingVerifier
{
    public string Kind => kind;

    public ValueTask<ChallengeOffer> ChallengeAsync(JsonElement opening, AppraisalContext context, CancellationToken cancellationToken = default)
    {
        if (opening.Text("name") is null)
            return ValueTask.FromResult(new ChallengeOffer(null, default, "fake-opening", "An opening has a name."));
        var secret = RandomNumberGenerator.GetBytes(16);
        return ValueTask.FromResult(new ChallengeOffer(JsonSerializer.SerializeToElement(new { secret = Convert.ToHexStringLower(secret) }), secret));
    }

    public ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default)
    {
        var isRight = !context.ChallengeState.IsEmpty && evidence.Body.Text("secret") == Convert.ToHexStringLower(context.ChallengeState.Span);
        return ValueTask.FromResult(new Appraisal
        {
            Kind = kind, Assurance = AssuranceLevel.Hardware, Runtime = "machine-1", Code = isRight ? null : "fake-secret", Detail = isRight ? null : "The secret is another.",
        });
    }
}
