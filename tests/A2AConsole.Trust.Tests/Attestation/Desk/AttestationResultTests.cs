using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Trust.Algorithms;
using A2AConsole.Trust.Attestation;

namespace A2AConsole.Trust.Tests.Attestation.Desk;

/// <summary>What the authority relies on: a signed result about this very agent, key, nonce and entry, of this moment.</summary>
public sealed class AttestationResultTests : IAsyncLifetime
{
    private AuthorityHost _host = null!;
    private AttestationResults _results = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AuthorityHost.StartAsync();
        _results = _host.Get<AttestationResults>();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static EntryTerms Terms => new()
    {
        Environment = "test", Role = "planner", Name = "p-1", Organisation = "Acme", Tier = RiskTier.Low, Lifetime = TimeSpan.FromHours(1),
        KeyAlgorithms = [AlgorithmRegistry.EcdsaP256.Id], Evidence = [new(EvidenceKind.Tpm, "{}", true)],
    };

    private static ResultSubject Subject => new("spiffe://acme.test/env/test/role/planner/agent/p-1", "bm9uY2U", new string('a', 64), new RegisteredEntry(1, Terms));

    private static Appraisal Affirming => new() { Kind = EvidenceKind.Tpm, Assurance = AssuranceLevel.Hardware, Claims = [new("pcr.0", "aa", "aa", true)], Runtime = "ek" };

    private DateTimeOffset Now => _host.Time.GetUtcNow();

    [Fact]
    public void What_was_signed_verifies()
    {
        var (result, refusal) = _results.TryVerify(_results.Sign(Subject, [Affirming], Now), Subject, Now);
        Assert.Null(refusal);
        Assert.Equal((AssuranceLevel.Hardware, EvidenceKind.Tpm), (result!.Assurance, Assert.Single(result.Kinds)));
    }

    [Fact]
    public void A_result_about_something_else_is_not_relied_on()
    {
        var token = _results.Sign(Subject, [Affirming], Now);
        Assert.Equal("result-other-key", Code(token, Subject with { KeyId = new string('b', 64) }));
        Assert.Equal("result-other-nonce", Code(token, Subject with { Nonce = "b3RoZXI" }));
        Assert.Equal("result-other-agent", Code(token, Subject with { SpiffeId = Subject.SpiffeId + "x" }));
        Assert.Equal("result-other-entry", Code(token, Subject with { Entry = new RegisteredEntry(1, Terms with { Tier = RiskTier.High }) }));
        Assert.Equal("result-other-entry", Code(token, Subject with { Entry = new RegisteredEntry(2, Terms) }));
        Assert.Equal("result-expired", _results.TryVerify(token, Subject, Now.AddMinutes(5)).Refusal!.Code);
        Assert.Equal("result-expired", _results.TryVerify(token, Subject, Now.AddMinutes(-1)).Refusal!.Code);
    }

    [Theory]
    [InlineData(AlgorithmStatus.Forbidden)]
    [InlineData(AlgorithmStatus.Deprecated)]
    public async Task A_decision_about_algorithms_takes_effect_with_the_next_result(AlgorithmStatus status)
    {
        var before = _results.Sign(Subject, [Affirming], Now);
        Assert.Equal("ES256", AlgorithmOf(before));
        Assert.Null(await _host.Get<IAlgorithmPolicies>().SetAsync(new("ecdsa-p256-sha256", AlgorithmUses.AttestationResult, status), "Moving on.", "user:admin"));
        var after = _results.Sign(Subject, [Affirming], Now);
        Assert.Equal("Ed25519", AlgorithmOf(after));
        Assert.NotNull(_results.TryVerify(after, Subject, Now).Result);
        // What was signed before counts on, unless its algorithm is refused at once.
        Assert.Equal(status == AlgorithmStatus.Forbidden ? "result-invalid" : null, Code(before, Subject));
        using var jwks = JsonDocument.Parse(JsonSerializer.Serialize(_host.Get<AttestationKeys>().Jwks(Now)));
        Assert.Equal(status == AlgorithmStatus.Forbidden ? ["Ed25519"] : ["Ed25519", "ES256"], jwks.RootElement.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("alg").GetString()));

        // The one that is left cannot be given up, and with none nothing is signed.
        var fault = await _host.Get<IAlgorithmPolicies>().SetAsync(new("ed25519", AlgorithmUses.AttestationResult, AlgorithmStatus.Forbidden), "No.", "user:admin");
        Assert.Equal(status == AlgorithmStatus.Forbidden ? AlgorithmRules.LastUsable : null, fault?.Code);
        _host.Get<AlgorithmPolicySource>().Replace(new([.. AlgorithmRegistry.All.Select(a => new AlgorithmDecision(a.Id, AlgorithmUses.AttestationResult, AlgorithmStatus.Forbidden, null))]));
        Assert.Throws<AlgorithmForbiddenException>(() => _results.Sign(Subject, [Affirming], Now));
        Assert.Equal("result-invalid", Code(after, Subject));
    }

    [Fact]
    public async Task A_token_does_not_choose_its_algorithm()
    {
        await _host.Get<IAlgorithmPolicies>().SetAsync(new("ecdsa-p256-sha256", AlgorithmUses.AttestationResult, AlgorithmStatus.Deprecated), "Both are in use.", "user:admin");
        var parts = _results.Sign(Subject, [Affirming], Now).Split('.');
        var header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])).Replace("\"Ed25519\"", "\"ES256\"", StringComparison.Ordinal);
        Assert.Equal("result-invalid", Code($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{parts[1]}.{parts[2]}", Subject));
    }

    [Fact]
    public void Only_what_affirms_is_signed()
    {
        Assert.Throws<ArgumentException>(() => _results.Sign(Subject, [], Now));
        Assert.Throws<ArgumentException>(() => _results.Sign(Subject, [Affirming, Affirming with { Code = "no" }], Now));
    }

    [Fact]
    public void A_changed_or_unsigned_token_is_refused_and_never_throws()
    {
        var token = _results.Sign(Subject, [Affirming], Now);
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            // The last character of a part can have bits that decode to nothing.
            if (_results.TryVerify(changed, Subject, Now).Result is not null)
                Assert.True(i == token.Length - 1 || token[i + 1] == '.', $"character {i} did not matter");
        }
        var parts = token.Split('.');
        foreach (var header in new[] { """{"alg":"none","typ":"eat+jwt","kid":"x"}""", """{"alg":"HS256","typ":"eat+jwt","kid":"x"}""", "{}", "[]" })
            Assert.Equal("result-invalid", Code($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{parts[1]}.{parts[2]}", Subject));
        foreach (var text in new[] { "", ".", "..", "a.b.c", $"{parts[0]}.{parts[1]}", $"{parts[0]}.{parts[1]}.", token + ".x" })
            Assert.Equal("result-invalid", Code(text, Subject));
    }

    private static string? AlgorithmOf(string token)
    {
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]));
        return header.RootElement.GetProperty("alg").GetString();
    }

    private string? Code(string token, ResultSubject subject) => _results.TryVerify(token, subject, Now).Refusal?.Code;
}
