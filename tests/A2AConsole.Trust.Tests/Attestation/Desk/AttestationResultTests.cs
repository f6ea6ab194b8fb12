using System.Buffers.Text;
using System.Text;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
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

    private string? Code(string token, ResultSubject subject) => _results.TryVerify(token, subject, Now).Refusal?.Code;
}
