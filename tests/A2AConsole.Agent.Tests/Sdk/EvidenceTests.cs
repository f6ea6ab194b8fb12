using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Testing;
using A2AConsole.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Sdk.Tests.Sdk;

/// <summary>An agent that attests: its sources are asked for exactly what its entry asks for, at enrolment and at renewal.</summary>
public sealed class EvidenceTests
{
    private sealed class Source(string kind) : IEvidenceSource
    {
        public string Kind => kind;
        public string Value { get; set; } = "v1";
        public List<EvidenceRequest> Asked { get; } = [];
        public JsonElement? Opening { get; init; }

        public ValueTask<JsonElement?> OpenAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(Opening);

        public ValueTask<JsonElement> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken = default)
        {
            Asked.Add(request);
            var signature = request.Sign(request.Binding);
            return ValueTask.FromResult(JsonSerializer.SerializeToElement(new { value = Value, signature = Convert.ToBase64String(signature), challenge = request.Challenge }));
        }
    }

    // Takes evidence that the certified key signed over the binding and whose value is the entry's; with a challenge, the challenge must come back.
    private sealed class Verifier(string kind, bool challenges) : IChallengingVerifier
    {
        public string Kind => kind;

        public ValueTask<ChallengeOffer> ChallengeAsync(JsonElement opening, AppraisalContext context, CancellationToken cancellationToken = default)
            => ValueTask.FromResult(new ChallengeOffer(JsonSerializer.SerializeToElement(new { opened = opening.GetProperty("name").GetString() }), new byte[] { 1 }));

        public ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default)
        {
            using var key = VerificationKey.TryCreate(context.SubjectPublicKeyInfo.Span)!;
            var isBound = key.Verify(context.Binding, evidence.Body.GetProperty("signature").GetBytesFromBase64());
            var isAnswered = !challenges || (!context.ChallengeState.IsEmpty && evidence.Body.GetProperty("challenge").GetProperty("opened").GetString() == "ak");
            var (measured, expected) = (evidence.Body.GetProperty("value").GetString()!, context.Reference.GetProperty("value").GetString()!);
            var isRight = isBound && isAnswered && measured == expected;
            return ValueTask.FromResult(new Appraisal
            {
                Kind = kind, Assurance = AssuranceLevel.Platform, Code = isRight ? null : "test-refused", Detail = isRight ? null : "It differs.",
                Claims = [new("value", measured, expected, measured == expected)],
            });
        }
    }

    [Fact]
    public async Task Evidence_goes_along_at_enrolment_and_renewal_and_drift_is_told()
    {
        await using var site = await StartAsync(challenges: false);
        await RegisterAsync(site, new EvidenceTerm(EvidenceKind.Kubernetes, """{"value":"v1"}""", AtRenewal: true));
        var (source, other) = (new Source(EvidenceKind.Kubernetes), new Source(EvidenceKind.SevSnp));
        await using var agent = await site.EnrollAsync("alpha", o => o with { Evidence = [other, source] });
        var asked = Assert.Single(source.Asked);
        Assert.Equal((site.Site.Identity("alpha"), 32, 32), (asked.SpiffeId, asked.Nonce.Length, asked.Binding.Length));
        Assert.Empty(other.Asked);

        var before = agent.CertificateSerial;
        await agent.RenewAsync();
        Assert.NotEqual(before, agent.CertificateSerial);
        Assert.Equal(2, source.Asked.Count);
        Assert.NotEqual(source.Asked[0].Nonce, source.Asked[1].Nonce);

        source.Value = "v2";
        var refused = await Assert.ThrowsAsync<EnrolmentRefusedException>(() => agent.RenewAsync());
        Assert.Equal("attestation-drift", refused.Code);
        Assert.Contains("value is v2, expected v1", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_challenge_is_answered()
    {
        await using var site = await StartAsync(challenges: true);
        await RegisterAsync(site, new EvidenceTerm(EvidenceKind.Kubernetes, """{"value":"v1"}""", AtRenewal: false));
        var source = new Source(EvidenceKind.Kubernetes) { Opening = JsonSerializer.SerializeToElement(new { name = "ak" }) };
        await using var agent = await site.EnrollAsync("alpha", o => o with { Evidence = [source] });
        Assert.Equal("ak", Assert.Single(source.Asked).Challenge!.Value.GetProperty("opened").GetString());
        // Not asked for at renewal: not gathered either.
        await agent.RenewAsync();
        Assert.Single(source.Asked);
    }

    [Fact]
    public async Task Without_the_source_the_authority_says_what_is_missing()
    {
        await using var site = await StartAsync(challenges: false);
        await RegisterAsync(site, new EvidenceTerm(EvidenceKind.Kubernetes, """{"value":"v1"}""", AtRenewal: true));
        var refused = await Assert.ThrowsAsync<EnrolmentRefusedException>(() => site.EnrollAsync("alpha"));
        Assert.Equal(EntryRefusalCodes.EvidenceMissing, refused.Code);
        Assert.Contains(EvidenceKind.Kubernetes, refused.Detail, StringComparison.Ordinal);
    }

    private static Task<SdkSite> StartAsync(bool challenges) => SdkSite.StartAsync(new TestSiteOptions
    {
        Services = services =>
        {
            foreach (var installed in services.Where(d => d.ServiceType == typeof(IEvidenceVerifier)).ToList())
                services.Remove(installed);
            services.AddSingleton<IEvidenceVerifier>(new Verifier(EvidenceKind.Kubernetes, challenges));
        },
    });

    private static Task<RegisteredEntry> RegisterAsync(SdkSite site, EvidenceTerm evidence) => site.Site.Get<IRegistrations>().CreateAsync(new EntryTerms
    {
        Environment = "test", Role = "planner", Name = EntryTerms.EveryName, Organisation = "Acme", Tier = RiskTier.Medium, Lifetime = TimeSpan.FromHours(4),
        KeyAlgorithms = [AlgorithmRegistry.EcdsaP256.Id], Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false), evidence],
    }, "user:test");
}
