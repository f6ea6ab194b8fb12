using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Attestation;
using A2AConsole.Trust.Gate;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Attestation.Desk;

/// <summary>Certificates on evidence: over the real listener, with verifiers of the test's own.</summary>
public sealed class AttestedIssuanceTests : IAsyncLifetime
{
    private DeskSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await DeskSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Evidence_lets_an_agent_in_that_an_entry_names_and_the_certificate_says_so()
    {
        var entry = await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        var (certificate, code) = await _site.EnrolAsync(key);
        Assert.Null(code);
        Assert.True(_site.Host.Gate.Check(certificate!).IsAccepted);
        // Hardware evidence: the entry's whole lifetime.
        Assert.Equal(_site.Host.Time.GetUtcNow().AddHours(4).ToUnixTimeSeconds(), new DateTimeOffset(certificate!.NotAfter).ToUnixTimeSeconds());

        var posture = AgentPosture.Of(certificate)!;
        Assert.Equal((AssuranceLevel.Hardware, entry.Id, RiskTier.High, _site.Host.Time.GetUtcNow().ToUnixTimeSeconds()), (posture.Assurance, posture.Entry, posture.Tier, posture.AttestedAt.ToUnixTimeSeconds()));
        Assert.Equal([EvidenceKind.SevSnp], posture.Evidence);
        Assert.Equal(entry.Digest.ToArray(), posture.EntryDigest.ToArray());

        var record = await _site.Host.QueryAsync(db => db.AttestationRecords.Include(r => r.Agent).SingleAsync());
        Assert.Equal((true, EvidenceKind.SevSnp, "machine-1", DeskSite.Id()), (record.IsAffirming, record.Kind, record.Runtime, record.Agent!.SpiffeId));
        Assert.Equal(AttestationResults.DigestOf(record.Result!), posture.ResultDigest.ToArray());
        Assert.Equal((AgentState.Active, AssuranceLevel.Hardware, entry.Id), (record.Agent.State, record.Agent.Assurance, record.Agent.EntryId));
        var leaf = _site.Host.Ledger.Leaves[(int)record.Id];
        Assert.Equal((LeafKind.Attestation, LeafVerdict.Done, EvidenceKind.SevSnp), (leaf.Kind, leaf.Verdict, leaf.Type));
    }

    [Fact]
    public async Task The_result_is_an_EAT_that_the_published_key_verifies()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        await _site.EnrolAsync(key);
        var token = (await _site.Host.QueryAsync(db => db.AttestationRecords.SingleAsync())).Result!;
        using var client = _site.Host.Client();
        using var jwks = JsonDocument.Parse(await client.GetStringAsync(new Uri("/v1/attestation-keys", UriKind.Relative)));
        var jwk = jwks.RootElement.GetProperty("keys")[0];
        byte[] Part(string name) => System.Buffers.Text.Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());
        using var published = System.Security.Cryptography.ECDsa.Create(new System.Security.Cryptography.ECParameters
        {
            Curve = System.Security.Cryptography.ECCurve.NamedCurves.nistP256, Q = new() { X = Part("x"), Y = Part("y") },
        });
        var parts = token.Split('.');
        Assert.True(published.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]), System.Security.Cryptography.HashAlgorithmName.SHA256));
        using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        var root = claims.RootElement;
        Assert.Equal(("spiffe://acme.test", DeskSite.Id()), (root.GetProperty("iss").GetString(), root.GetProperty("sub").GetString()));
        Assert.Equal(Core.Crypto.VerificationKey.IdOf(key.ExportSubjectPublicKeyInfo()), root.GetProperty("cnf").GetProperty("kid").GetString());
        Assert.Equal("affirming", root.GetProperty("submods").GetProperty(EvidenceKind.SevSnp).GetProperty("ear.status").GetString());
    }

    [Theory]
    [InlineData("v2", "fake-value")]
    [InlineData(null, EntryRefusalCodes.EvidenceMissing)]
    public async Task What_is_not_affirmed_or_not_there_gets_nothing(string? value, string expected)
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        var (nonce, binding) = await _site.NonceAsync(key);
        var evidence = value is null ? Array.Empty<object>() : [DeskSite.Evidence(EvidenceKind.SevSnp, binding, value)];
        Assert.Equal(expected, (await _site.PostAsync("/v1/enroll", new { spiffeId = DeskSite.Id(), csr = Csr.Pem(key), nonce, evidence }, key)).Code);
        Assert.Equal(0, await _site.Host.QueryAsync(db => db.Certificates.CountAsync()));
    }

    [Fact]
    public async Task Evidence_of_a_kind_that_the_entry_does_not_ask_for_is_refused()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        Assert.Equal(EntryRefusalCodes.EvidenceMissing, (await _site.EnrolAsync(key, kind: EvidenceKind.Kubernetes)).Code);
        var (nonce, binding) = await _site.NonceAsync(key);
        var both = new[] { DeskSite.Evidence(EvidenceKind.SevSnp, binding), DeskSite.Evidence(EvidenceKind.Kubernetes, binding) };
        Assert.Equal(EntryRefusalCodes.EvidenceNotRequired, (await _site.PostAsync("/v1/enroll", new { spiffeId = DeskSite.Id(), csr = Csr.Pem(key), nonce, evidence = both }, key)).Code);
    }

    [Fact]
    public async Task An_entry_for_a_whole_role_does_not_let_evidence_choose_its_name()
    {
        await _site.RegisterAsync(EntryTerms.EveryName, DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        Assert.Equal(EntryRefusalCodes.InvitationRequired, (await _site.EnrolAsync(key)).Code);
    }

    [Fact]
    public async Task An_image_that_only_the_agent_itself_vouches_for_lets_nobody_in_alone()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.Image));
        using var key = DeskSite.NewKey();
        Assert.Equal(EntryRefusalCodes.InvitationRequired, (await _site.EnrolAsync(key, kind: EvidenceKind.Image)).Code);
        Assert.Equal(0, await _site.Host.QueryAsync(db => db.Certificates.CountAsync()));
    }

    [Fact]
    public async Task Whom_a_revocation_of_many_has_not_come_to_yet_evidence_does_not_let_in_anew()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        Assert.Null((await _site.EnrolAsync(key)).Code);
        var standings = _site.Host.Get<Standings>();
        var ban = new Ban(long.MaxValue, RevocationScope.Role, "planner", new Withdrawal(_site.Host.Time.GetUtcNow(), RevocationReason.KeyCompromise));
        standings.Announce(ban);
        Assert.Equal(CertificateLifecycle.Revoked, (await _site.EnrolAsync(key)).Code);
        Assert.Equal(1, await _site.Host.QueryAsync(db => db.Certificates.CountAsync()));
        standings.Drop(ban);
        Assert.Null((await _site.EnrolAsync(key)).Code);
    }

    [Fact]
    public async Task A_kind_of_evidence_that_is_a_text_of_its_own_is_refused_before_it_is_quoted()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        var kind = new string('A', 70_000);
        var keyInfo = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
        Assert.Equal("request-malformed", (await _site.AttestAsync(new { spiffeId = DeskSite.Id(), keyInfo, kind })).Code);
        var (nonce, binding) = await _site.NonceAsync(key);
        var evidence = new[] { DeskSite.Evidence(kind, binding) };
        Assert.Equal("request-malformed", (await _site.PostAsync("/v1/enroll", new { spiffeId = DeskSite.Id(), csr = Csr.Pem(key), nonce, evidence }, key)).Code);
        Assert.All(_site.Host.Ledger.Leaves, leaf => Assert.InRange(leaf.Detail?.Length ?? 0, 0, 500));
    }

    [Fact]
    public async Task A_token_and_evidence_together_enrol_and_the_token_names_the_agent()
    {
        await _site.RegisterAsync(EntryTerms.EveryName, DeskSite.JoinToken, DeskSite.Term(EvidenceKind.Kubernetes));
        var token = await _site.Host.InviteAsync();
        using var key = DeskSite.NewKey();
        var (reply, _) = await _site.AttestAsync(new { token, csr = Csr.Pem(key) });
        Assert.Equal((DeskSite.Id(), EvidenceKind.Kubernetes), (reply!.Value.GetProperty("spiffeId").GetString(), reply.Value.GetProperty("required")[0].GetString()));
        var (nonce, binding) = (reply.Value.GetProperty("nonce").GetString(), reply.Value.GetProperty("binding").GetString()!);
        var evidence = new[] { DeskSite.Evidence(EvidenceKind.Kubernetes, binding) };
        Assert.Equal("identity-other-than-token", (await _site.PostAsync("/v1/enroll", new { token, spiffeId = DeskSite.Id("p-2"), csr = Csr.Pem(key), nonce, evidence }, key)).Code);
        var (certificate, code) = await _site.PostAsync("/v1/enroll", new { token, csr = Csr.Pem(key), nonce, evidence }, key);
        Assert.Null(code);
        var posture = AgentPosture.Of(certificate!)!;
        Assert.Equal(AssuranceLevel.Platform, posture.Assurance);
        Assert.Equal([EvidenceKind.JoinToken, EvidenceKind.Kubernetes], posture.Evidence);
        // Half of the entry's four hours.
        Assert.Equal(_site.Host.Time.GetUtcNow().AddHours(2).ToUnixTimeSeconds(), new DateTimeOffset(certificate!.NotAfter).ToUnixTimeSeconds());
        Assert.Equal([EvidenceKind.JoinToken, EvidenceKind.Kubernetes], await _site.Host.QueryAsync(db => db.AttestationRecords.Select(r => r.Kind).OrderBy(k => k).ToListAsync()));
    }

    [Fact]
    public async Task A_renewal_needs_fresh_evidence_where_the_entry_says_so_and_drift_refuses_it()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        using var current = (await _site.EnrolAsync(key)).Certificate!;
        using var next = DeskSite.NewKey();
        Assert.Equal(EntryRefusalCodes.EvidenceMissing, (await _site.PostAsync("/v1/renew", new { csr = Csr.Pem(next) }, next, current)).Code);

        Assert.Equal("attestation-drift", (await _site.RenewAsync(current, value: "v2")).Code);
        var refused = _site.Host.Ledger.Leaves.Last(l => l.Kind == LeafKind.Renewal);
        Assert.Equal((LeafVerdict.Refused, "attestation-drift", DeskSite.Id()), (refused.Verdict, refused.Code, refused.Actor));
        var finding = await _site.Host.QueryAsync(db => db.Findings.SingleAsync());
        Assert.Equal((FindingKind.AttestationDrift, DeskSite.Id(), "value = v2", "value = v1"), (finding.Kind, finding.Subject, finding.Measured, finding.Reference));
        var record = await _site.Host.QueryAsync(db => db.AttestationRecords.OrderByDescending(r => r.Id).FirstAsync());
        Assert.Equal((false, "fake-value"), (record.IsAffirming, record.Code));

        var (renewed, code) = await _site.RenewAsync(current);
        Assert.Null(code);
        Assert.True(_site.Host.Gate.Check(renewed!).IsAccepted);
        Assert.NotNull((await _site.Host.QueryAsync(db => db.Findings.SingleAsync())).ClosedAt);
    }

    [Fact]
    public async Task Only_an_invitation_moves_an_agent_to_another_machine()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        using var current = (await _site.EnrolAsync(key)).Certificate!;
        Assert.Equal("attestation-drift", (await _site.RenewAsync(current, machine: "machine-2")).Code);
        using var thief = DeskSite.NewKey();
        Assert.Equal(EntryRefusalCodes.RuntimeChanged, (await _site.EnrolAsync(thief, machine: "machine-2")).Code);

        var token = await _site.Host.InviteAsync();
        using var moved = DeskSite.NewKey();
        var (nonce, binding) = await _site.NonceAsync(moved);
        Assert.Null((await _site.PostAsync("/v1/enroll", new { token, csr = Csr.Pem(moved), nonce, evidence = new[] { DeskSite.Evidence(EvidenceKind.SevSnp, binding, machine: "machine-2") } }, moved)).Code);
    }

    [Fact]
    public async Task A_machine_whose_evidence_bought_no_certificate_is_not_the_agents()
    {
        var entry = await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        _site.Machine.Before = () => _site.Host.Registrations.ChangeAsync(entry.Id, entry.Terms with { Lifetime = TimeSpan.FromHours(3) }, "user:admin").GetAwaiter().GetResult();
        using var thief = DeskSite.NewKey();
        Assert.Equal("entry-changed", (await _site.EnrolAsync(thief, machine: "machine-2")).Code);
        _site.Machine.Before = null;
        // Affirmed it was, and stands in the history.
        Assert.True((await _site.Host.QueryAsync(db => db.AttestationRecords.SingleAsync())).IsAffirming);

        using var key = DeskSite.NewKey();
        using var current = (await _site.EnrolAsync(key)).Certificate!;
        Assert.Equal(EntryRefusalCodes.RuntimeChanged, (await _site.EnrolAsync(thief, machine: "machine-2")).Code);
        Assert.Null((await _site.RenewAsync(current)).Code);
    }

    [Fact]
    public async Task Evidence_alone_does_not_let_go_of_two_signatures()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var second = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
        using var key = DeskSite.NewKey();
        var csr = Csr.Der(key);
        var claim = new { publicKey = Convert.ToBase64String(second.SubjectPublicKeyInfo), proof = Convert.ToBase64String(SigningKeyProof.Create(second, csr)), requireBoth = true };
        Assert.Null((await EnrolAsync(claim)).Code);
        Assert.Equal(EntryRefusalCodes.InvitationRequired, (await EnrolAsync(null)).Code);
        Assert.Equal(EntryRefusalCodes.InvitationRequired, (await EnrolAsync(new { claim.publicKey, claim.proof, requireBoth = false })).Code);
        Assert.Null((await EnrolAsync(claim)).Code);
        Assert.Equal(2, await _site.Host.QueryAsync(db => db.Certificates.CountAsync()));

        async Task<(System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate, string? Code)> EnrolAsync(object? signingKey)
        {
            var (nonce, binding) = await _site.NonceAsync(key);
            return await _site.PostAsync("/v1/enroll", new { spiffeId = DeskSite.Id(), csr = Csr.Pem(csr), nonce, evidence = new[] { DeskSite.Evidence(EvidenceKind.SevSnp, binding) }, signingKey }, key);
        }
    }

    [Fact]
    public async Task A_renewal_without_fresh_evidence_keeps_what_it_was_worth_and_when()
    {
        var entry = await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp, atRenewal: false));
        using var key = DeskSite.NewKey();
        using var current = (await _site.EnrolAsync(key)).Certificate!;
        var attested = _site.Host.Time.GetUtcNow().ToUnixTimeSeconds();
        _site.Host.Time.Advance(TimeSpan.FromHours(2));
        using var next = DeskSite.NewKey();
        var (renewed, code) = await _site.PostAsync("/v1/renew", new { csr = Csr.Pem(next) }, next, current);
        Assert.Null(code);
        var posture = AgentPosture.Of(renewed!)!;
        Assert.Equal((AssuranceLevel.Hardware, attested), (posture.Assurance, posture.AttestedAt.ToUnixTimeSeconds()));

        // What the entry has come to require since must be shown before the next certificate.
        await _site.Host.Registrations.ChangeAsync(entry.Id, entry.Terms with { Evidence = [.. entry.Terms.Evidence, DeskSite.Term(EvidenceKind.Kubernetes, atRenewal: false)] }, "user:admin");
        using var third = DeskSite.NewKey();
        Assert.Equal(EntryRefusalCodes.EvidenceMissing, (await _site.PostAsync("/v1/renew", new { csr = Csr.Pem(third) }, third, renewed)).Code);
        Assert.Null((await _site.RenewAsync(renewed!, kind: EvidenceKind.Kubernetes)).Code);
    }

    [Fact]
    public async Task A_verifier_that_fails_or_contradicts_itself_affirms_nothing()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        _site.Machine.Before = () => throw new InvalidOperationException("a fault");
        Assert.Equal("verifier-failed", (await _site.EnrolAsync(key)).Code);
        _site.Machine.Before = null;
        _site.Machine.Instead = a => a with { Claims = [new("value", "a", "b", false)] };
        Assert.Equal("verifier-inconsistent", (await _site.EnrolAsync(key)).Code);
        _site.Machine.Instead = a => a with { Kind = EvidenceKind.Tpm };
        Assert.Equal("verifier-inconsistent", (await _site.EnrolAsync(key)).Code);
        Assert.Equal(0, await _site.Host.QueryAsync(db => db.Certificates.CountAsync()));
    }

    [Fact]
    public async Task An_entry_that_changes_while_the_evidence_is_appraised_issues_nothing()
    {
        var entry = await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var key = DeskSite.NewKey();
        _site.Machine.Before = () => _site.Host.Registrations.ChangeAsync(entry.Id, entry.Terms with { Evidence = [new(EvidenceKind.SevSnp, """{"value":"v9"}""", true)] }, "user:admin").GetAwaiter().GetResult();
        Assert.Equal("entry-changed", (await _site.EnrolAsync(key)).Code);
    }

    [Fact]
    public async Task A_challenge_goes_with_its_nonce()
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.Tpm));
        using var key = DeskSite.NewKey();
        var keyInfo = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
        Assert.Equal("opening-missing", (await _site.AttestAsync(new { spiffeId = DeskSite.Id(), kind = EvidenceKind.Tpm, keyInfo })).Code);
        Assert.Equal("fake-opening", (await _site.AttestAsync(new { spiffeId = DeskSite.Id(), kind = EvidenceKind.Tpm, keyInfo, opening = new { } })).Code);
        var (first, _) = await _site.AttestAsync(new { spiffeId = DeskSite.Id(), kind = EvidenceKind.Tpm, keyInfo, opening = new { name = "ak" } });
        var (second, _) = await _site.AttestAsync(new { spiffeId = DeskSite.Id(), kind = EvidenceKind.Tpm, keyInfo, opening = new { name = "ak" } });
        string Secret(JsonElement? reply) => reply!.Value.GetProperty("challenge").GetProperty("secret").GetString()!;
        object Body(JsonElement? nonceOf, JsonElement? secretOf) => new
        {
            spiffeId = DeskSite.Id(), csr = Csr.Pem(key), nonce = nonceOf!.Value.GetProperty("nonce").GetString(), evidence = new[] { new { kind = EvidenceKind.Tpm, secret = Secret(secretOf) } },
        };
        Assert.Equal("fake-secret", (await _site.PostAsync("/v1/enroll", Body(first, second), key)).Code);
        Assert.Null((await _site.PostAsync("/v1/enroll", Body(second, second), key)).Code);
    }

    [Theory]
    [InlineData("{}", "request-malformed")]
    [InlineData("""{"keyInfo":"AAAA"}""", "identity-missing")]
    [InlineData("""{"spiffeId":"spiffe://other.test/env/test/role/planner/agent/p-1","keyInfo":"AAAA"}""", "identity-malformed")]
    [InlineData("""{"spiffeId":"nonsense","keyInfo":"AAAA"}""", "identity-malformed")]
    [InlineData("""{"token":"nonsense","keyInfo":"AAAA"}""", "token-unknown")]
    [InlineData("""{"spiffeId":"spiffe://acme.test/env/prod/role/planner/agent/p-1","keyInfo":"AAAA"}""", "entry-missing")]
    [InlineData("""{"spiffeId":"spiffe://acme.test/env/test/role/planner/agent/p-1","keyInfo":"AAAA"}""", "request-malformed")]
    [InlineData("""{"spiffeId":"spiffe://acme.test/env/test/role/planner/agent/p-1","keyInfo":"!"}""", "request-malformed")]
    [InlineData("""{"spiffeId":"spiffe://acme.test/env/test/role/planner/agent/p-1","csr":"x"}""", "csr-malformed")]
    [InlineData("""{"spiffeId":"spiffe://acme.test/env/test/role/planner/agent/p-1","csr":"x","keyInfo":"AAAA"}""", "request-malformed")]
    public async Task What_asks_for_a_nonce_in_vain_is_told_why(string body, string code)
    {
        await _site.RegisterAsync("p-1", DeskSite.Term(EvidenceKind.SevSnp));
        using var client = _site.Host.Client();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri("/v1/attest", UriKind.Relative), content);
        using var json = await response.Content.ReadFromJsonAsync<JsonDocument>();
        Assert.Equal(code, json!.RootElement.GetProperty("code").GetString());
    }
}
