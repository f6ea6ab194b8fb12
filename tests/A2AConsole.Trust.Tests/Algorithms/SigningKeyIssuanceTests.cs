using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Algorithms;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Algorithms;

/// <summary>A further signing key on its way into a certificate, through the authority's own door.</summary>
public sealed class SigningKeyIssuanceTests : IAsyncLifetime
{
    private const string DualAgent = "spiffe://acme.test/env/test/role/approver/agent/a-1";

    private readonly ECDsa _key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
    private readonly SigningKey _second = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
    private AuthorityHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AuthorityHost.StartAsync();
        await _host.Registrations.CreateAsync(new EntryTerms
        {
            Environment = "test", Role = "approver", Name = "a-1", Organisation = "Acme", Tier = RiskTier.Low, Lifetime = TimeSpan.FromHours(1),
            KeyAlgorithms = ["ecdsa-p256-sha256"], RequiresDualSignature = true, Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
        }, "user:admin");
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        _second.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Proven_it_is_in_the_certificate_and_on_record(bool requireBoth)
    {
        var csr = Csr.Der(_key);
        using var certificate = await IssuedAsync(await EnrollAsync(AuthorityHost.AgentId, csr, Claim(_second, csr, requireBoth)));
        Assert.Equal(_second.SubjectPublicKeyInfo, SvidExtensions.AlternativeKeyOf(certificate));
        Assert.Equal(requireBoth, SvidExtensions.RequiresBothSignatures(certificate));
        var svid = _host.Gate.Check(certificate).Svid!;
        Assert.Equal((_second.KeyId, requireBoth), (svid.AlternativeKey?.KeyId, svid.RequiresBothSignatures));
        var row = await _host.QueryAsync(db => db.Certificates.SingleAsync());
        Assert.Equal((_second.KeyId, "ml-dsa-44", "ecdsa-p256-sha256"), (row.SigningKeyId, row.SigningAlgorithm, row.Algorithm));
        var detail = await new CertificateDetailQueries(_host.Get<IDbContextFactory<ConsoleDbContext>>()).FindAsync(row.Serial);
        Assert.Equal(new SecondKey(_second.KeyId, "ml-dsa-44", requireBoth), detail?.Second);
    }

    [Fact]
    public async Task An_entry_that_asks_for_two_signatures_gets_them_or_nothing_is_issued()
    {
        var csr = Csr.Der(_key);
        using var ed25519 = SigningKey.Generate(AlgorithmRegistry.Ed25519);
        Assert.Equal(SigningKeyProof.Missing, await CodeAsync(await EnrollAsync(DualAgent, csr, null)));
        Assert.Equal(SigningKeyProof.NotPostQuantum, await CodeAsync(await EnrollAsync(DualAgent, csr, Claim(ed25519, csr))));
        // Asked for or not: where the entry requires both, the certificate says so.
        using var certificate = await IssuedAsync(await EnrollAsync(DualAgent, csr, Claim(_second, csr)));
        Assert.True(_host.Gate.Check(certificate).Svid!.RequiresBothSignatures);

        // Nor is it got rid of by renewing.
        using var withKey = certificate.CopyWithPrivateKey(_key);
        using var renewed = await _host.RenewAsync(withKey, Csr.Pem(csr));
        Assert.Equal(SigningKeyProof.Missing, await CodeAsync(renewed));
    }

    [Fact]
    public async Task A_renewal_does_not_get_rid_of_the_second_key_nor_exchange_it_without_its_word()
    {
        // Asked for by the agent itself: its entry would be content with one.
        var csr = Csr.Der(_key);
        using var certificate = await IssuedAsync(await EnrollAsync(AuthorityHost.AgentId, csr, Claim(_second, csr, requireBoth: true)));
        using var current = certificate.CopyWithPrivateKey(_key);
        // Somebody who broke the classical key has all of this, but not the second one.
        using var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        using var own = SigningKey.Generate(AlgorithmRegistry.MlDsa44);
        var next = Csr.Der(key, AuthorityHost.AgentId);
        Assert.Equal(SigningKeyProof.Missing, await CodeAsync(await RenewAsync(current, next, null)));
        Assert.Equal(SigningKeyProof.SuccessionInvalid, await CodeAsync(await RenewAsync(current, next, Claim(own, next))));
        Assert.Equal(SigningKeyProof.SuccessionInvalid, await CodeAsync(await RenewAsync(current, next, Claim(own, next, succession: SigningKeyProof.CreateSuccession(own, next, own.SubjectPublicKeyInfo)))));
        Assert.Equal(1, await _host.QueryAsync(db => db.Certificates.CountAsync()));

        // With it the keys go on, and so does the requirement, whether it is said again or not.
        using var renewed = await IssuedAsync(await RenewAsync(current, next, Claim(own, next, succession: SigningKeyProof.CreateSuccession(_second, next, own.SubjectPublicKeyInfo))));
        var svid = _host.Gate.Check(renewed).Svid!;
        Assert.Equal((own.KeyId, true), (svid.AlternativeKey?.KeyId, svid.RequiresBothSignatures));
    }

    [Fact]
    public async Task A_forbidden_algorithm_is_left_for_another_one_by_renewing()
    {
        var csr = Csr.Der(_key);
        using var certificate = await IssuedAsync(await EnrollAsync(DualAgent, csr, Claim(_second, csr)));
        using var current = certificate.CopyWithPrivateKey(_key);
        Assert.Null(await _host.Get<IAlgorithmPolicies>().SetAsync(new("ml-dsa-44", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden), "Broken.", "user:admin"));
        var same = Claim(_second, csr, succession: SigningKeyProof.CreateSuccession(_second, csr, _second.SubjectPublicKeyInfo));
        Assert.Equal(SigningKeyProof.AlgorithmForbidden, await CodeAsync(await RenewAsync(current, csr, same)));
        using var larger = SigningKey.Generate(AlgorithmRegistry.MlDsa65);
        using var renewed = await IssuedAsync(await RenewAsync(current, csr, Claim(larger, csr, succession: SigningKeyProof.CreateSuccession(_second, csr, larger.SubjectPublicKeyInfo))));
        Assert.Equal(larger.KeyId, _host.Gate.Check(renewed).Svid!.AlternativeKey?.KeyId);
    }

    [Fact]
    public async Task Anothers_key_or_a_proof_for_another_request_is_refused()
    {
        var csr = Csr.Der(_key);
        using var other = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        using var twin = SigningKey.Generate();
        Assert.Equal(SigningKeyProof.ProofInvalid, await CodeAsync(await EnrollAsync(AuthorityHost.AgentId, Csr.Der(other), Claim(_second, csr))));
        Assert.Equal(SigningKeyProof.SameAlgorithm, await CodeAsync(await EnrollAsync(AuthorityHost.AgentId, csr, Claim(twin, csr))));
        Assert.Equal(SigningKeyProof.Malformed, await CodeAsync(await EnrollAsync(AuthorityHost.AgentId, csr, new { publicKey = "AAAA", proof = "AAAA" })));
        Assert.Equal("request-malformed", await CodeAsync(await EnrollAsync(AuthorityHost.AgentId, csr, new { publicKey = "not base64!", proof = "AAAA" })));
        Assert.Equal("request-malformed", await CodeAsync(await EnrollAsync(AuthorityHost.AgentId, csr, new { publicKey = "AAAA" })));
        Assert.Equal(0, await _host.QueryAsync(db => db.Certificates.CountAsync()));
    }

    private static object Claim(SigningKey key, byte[] csr, bool requireBoth = false, byte[]? succession = null)
        => new { publicKey = Convert.ToBase64String(key.SubjectPublicKeyInfo), proof = Convert.ToBase64String(SigningKeyProof.Create(key, csr)), requireBoth, succession };

    private async Task<HttpResponseMessage> RenewAsync(X509Certificate2 current, byte[] csr, object? signingKey)
    {
        using var client = _host.Client(current);
        return await client.PostAsJsonAsync("/v1/renew", new { csr = Csr.Pem(csr), signingKey });
    }

    private async Task<HttpResponseMessage> EnrollAsync(string id, byte[] csr, object? signingKey)
    {
        using var client = _host.Client();
        return await client.PostAsJsonAsync("/v1/enroll", new { token = await _host.InviteAsync(id), csr = Csr.Pem(csr), signingKey });
    }

    private static async Task<X509Certificate2> IssuedAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var body = JsonDocument.Parse(text);
        return X509Certificate2.CreateFromPem(body.RootElement.GetProperty("certificateChain").GetString());
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response)
    {
        Assert.False(response.IsSuccessStatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("code").GetString();
    }
}
