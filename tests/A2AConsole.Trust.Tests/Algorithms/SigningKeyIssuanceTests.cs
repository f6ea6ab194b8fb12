using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
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

    private static object Claim(SigningKey key, byte[] csr, bool requireBoth = false)
        => new { publicKey = Convert.ToBase64String(key.SubjectPublicKeyInfo), proof = Convert.ToBase64String(SigningKeyProof.Create(key, csr)), requireBoth };

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
