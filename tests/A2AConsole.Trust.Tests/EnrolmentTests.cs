using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests;

public sealed class EnrolmentTests : IAsyncLifetime
{
    private AuthorityHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthorityHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_invited_agent_gets_a_certificate_that_the_gate_lets_through()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var response = await _host.EnrollAsync(await _host.InviteAsync(), Csr.Pem(key, AuthorityHost.AgentId));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        using var body = await response.Content.ReadFromJsonAsync<JsonDocument>();
        var reply = body!.RootElement;

        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(reply.GetProperty("certificateChain").GetString());
        Assert.Equal(2, chain.Count);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), chain[0].PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(AuthorityHost.AgentId, reply.GetProperty("spiffeId").GetString());
        Assert.Equal(_host.Domain.BundlePem, reply.GetProperty("trustBundle").GetString());
        Assert.Equal(_host.Domain.LedgerSigner.VerifierKey, reply.GetProperty("ledgerKey").GetString());
        Assert.Equal("https://localhost:7443", reply.GetProperty("edge").GetString());
        Assert.Equal(TimeSpan.FromMinutes(61), chain[0].NotAfter - chain[0].NotBefore);
        var verdict = _host.Gate.Check(chain[0]);
        Assert.True(verdict.IsAccepted);
        Assert.Equal(reply.GetProperty("serial").GetString(), verdict.Svid.Serial);

        var row = await _host.QueryAsync(db => db.Certificates.Include(c => c.Agent).SingleAsync());
        Assert.Equal((reply.GetProperty("leafIndex").GetInt64(), verdict.Svid.Serial, verdict.Svid.KeyId), (row.Id, row.Serial, row.KeyId));
        Assert.Equal((AgentState.Active, row.Serial, row.NotAfter), (row.Agent!.State, row.Agent.CertificateSerial, row.Agent.CertificateNotAfter));
        Assert.Equal(row.AgentNumber, verdict.AgentNumber);
        var leaf = _host.Ledger.Leaves[(int)row.Id];
        Assert.Equal((LeafKind.Enrolment, LeafVerdict.Done, AuthorityHost.AgentId, row.Serial), (leaf.Kind, leaf.Verdict, leaf.Actor, leaf.Certificate));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(row.Der)), leaf.Digest);
    }

    [Fact]
    public async Task A_request_without_names_is_granted_the_invited_one_and_nothing_else_that_it_asks_for()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var greedy = Csr.Request(key, HashAlgorithmName.SHA256);
        greedy.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        greedy.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var response = await _host.EnrollAsync(await _host.InviteAsync(), Csr.Pem(greedy.CreateSigningRequest()));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        using var body = await response.Content.ReadFromJsonAsync<JsonDocument>();
        using var certificate = X509Certificate2.CreateFromPem(body!.RootElement.GetProperty("certificateChain").GetString());
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.True(_host.Gate.Check(certificate).IsAccepted);
    }

    [Fact]
    public async Task A_spent_token_is_refused()
    {
        var token = await _host.InviteAsync();
        using var first = await _host.EnrollAsync(token, Csr.NewPem());
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await RefusedAsync(await _host.EnrollAsync(token, Csr.NewPem()), HttpStatusCode.Forbidden, "token-spent");
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        var token = await _host.InviteAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(10));
        await RefusedAsync(await _host.EnrollAsync(token, Csr.NewPem()), HttpStatusCode.Forbidden, "token-expired");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a2aj")]
    [InlineData("a2aj.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.{root}")]
    [InlineData("a2aj.AAAA.{root}")]
    [InlineData("a2aj.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_token_that_was_never_given_out_is_refused(string token)
        => await RefusedAsync(await _host.EnrollAsync(token.Replace("{root}", _host.Domain.RootFingerprint, StringComparison.Ordinal), Csr.NewPem()), HttpStatusCode.Forbidden, "token-unknown");

    [Fact]
    public async Task A_token_of_another_trust_domain_is_refused_though_its_secret_is_right()
    {
        var token = await _host.InviteAsync();
        await RefusedAsync(await _host.EnrollAsync(token[..^64] + new string('0', 64), Csr.NewPem()), HttpStatusCode.Forbidden, "token-unknown");
    }

    [Fact]
    public async Task A_request_for_another_name_is_refused_and_leaves_the_token_unspent()
    {
        var token = await _host.InviteAsync();
        await RefusedAsync(await _host.EnrollAsync(token, Csr.NewPem("spiffe://acme.test/env/test/role/planner/agent/p-2")), HttpStatusCode.Forbidden, "csr-name-mismatch");
        await RefusedAsync(await _host.EnrollAsync(token, Csr.NewPem(AuthorityHost.AgentId, "spiffe://acme.test/env/test/role/planner/agent/p-2")), HttpStatusCode.Forbidden, "csr-name-mismatch");
        using var right = await _host.EnrollAsync(token, Csr.NewPem(AuthorityHost.AgentId));
        Assert.Equal(HttpStatusCode.Created, right.StatusCode);
    }

    [Fact]
    public async Task Keys_other_than_P256_are_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = await _host.InviteAsync();
        foreach (var csr in new[]
        {
            Csr.Der(p384),
            new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest(),
            Csr.Request(p256, HashAlgorithmName.SHA384).CreateSigningRequest(),
        })
            await RefusedAsync(await _host.EnrollAsync(token, Csr.Pem(csr)), HttpStatusCode.BadRequest, "key-algorithm-forbidden");
    }

    [Fact]
    public async Task A_request_whose_signature_was_tampered_with_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync(await _host.EnrollAsync(await _host.InviteAsync(), Csr.Pem(Csr.Tampered(Csr.Der(key)))), HttpStatusCode.BadRequest, "csr-signature-invalid");
    }

    [Theory]
    [InlineData("", "csr-malformed", HttpStatusCode.BadRequest)]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "csr-malformed", HttpStatusCode.BadRequest)]
    [InlineData("{20000}", "csr-too-large", HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_request_that_is_none_is_refused(string csr, string code, HttpStatusCode status)
        => await RefusedAsync(await _host.EnrollAsync(await _host.InviteAsync(), csr == "{20000}" ? new string('A', 20_000) : csr), status, code);

    [Fact]
    public async Task Two_requests_behind_one_another_are_refused()
        => await RefusedAsync(await _host.EnrollAsync(await _host.InviteAsync(), Csr.NewPem() + "\n" + Csr.NewPem()), HttpStatusCode.BadRequest, "csr-malformed");

    [Fact]
    public async Task Of_agents_that_race_for_one_token_exactly_one_wins()
    {
        var token = await _host.InviteAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => _host.EnrollAsync(token, Csr.NewPem()))));
        Assert.Single(responses, r => r.StatusCode == HttpStatusCode.Created);
        foreach (var loser in responses.Where(r => r.StatusCode != HttpStatusCode.Created))
            Assert.Contains("token-spent", await loser.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await _host.QueryAsync(db => db.Certificates.CountAsync()));
    }

    [Fact]
    public async Task Without_a_leaf_there_is_no_certificate_and_the_token_stays_unspent()
    {
        var token = await _host.InviteAsync();
        _host.Ledger.IsFailing = true;
        using var response = await _host.EnrollAsync(token, Csr.NewPem());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("store-unavailable", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        _host.Ledger.IsFailing = false;
        using var again = await _host.EnrollAsync(token, Csr.NewPem());
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    [Fact]
    public async Task Every_refusal_is_a_leaf_until_its_address_has_had_its_share_and_the_rest_is_one_summary()
    {
        var before = _host.Ledger.Leaves.Count;
        for (var i = 0; i < 26; i++)
            (await _host.EnrollAsync("nonsense", Csr.NewPem())).Dispose();
        var refused = _host.Ledger.Leaves.Skip(before).ToList();
        Assert.Equal(20, refused.Count);
        Assert.All(refused, l => Assert.Equal((LeafKind.Enrolment, LeafVerdict.Refused, "token-unknown", "address:127.0.0.1"), (l.Kind, l.Verdict, l.Code, l.Actor)));

        _host.Time.Advance(TimeSpan.FromMinutes(1));
        await _host.Ledger.RecordedAsync(l => l.Kind == LeafKind.RefusalSummary);
        var summary = _host.Ledger.Leaves.Single(l => l.Kind == LeafKind.RefusalSummary);
        Assert.Equal((6, "address:127.0.0.1"), (summary.Count, summary.Actor));
    }

    [Fact]
    public async Task A_token_is_not_kept_in_any_readable_form()
    {
        var token = await _host.InviteAsync();
        var secret = token.Split('.')[1];
        var row = await _host.QueryAsync(db => db.JoinTokens.SingleAsync());
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(secret)), row.Hash);
        Assert.DoesNotContain(_host.Ledger.Leaves, l => l.ToString().Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_identity_of_another_domain_cannot_be_invited()
        => await Assert.ThrowsAsync<FormatException>(() => _host.InviteAsync("spiffe://other.test/env/test/role/planner/agent/p-1"));

    [Fact]
    public async Task Parts_of_an_identity_that_the_store_cannot_hold_are_refused_at_the_invitation()
    {
        await Assert.ThrowsAsync<FormatException>(() => _host.InviteAsync($"spiffe://acme.test/env/{new string('e', 65)}/role/r/agent/a"));
        await Assert.ThrowsAsync<FormatException>(() => _host.InviteAsync($"spiffe://acme.test/env/e/role/{new string('r', 129)}/agent/a"));
        await Assert.ThrowsAsync<FormatException>(() => _host.InviteAsync($"spiffe://acme.test/env/e/role/r/agent/{new string('a', 129)}"));
    }

    [Fact]
    public async Task The_longest_identity_gets_a_certificate()
    {
        using var certificate = await _host.EnrolledAsync($"spiffe://acme.test/env/test/role/planner/agent/{new string('a', 128)}");
        Assert.True(_host.Gate.Check(certificate).IsAccepted);
    }

    [Fact]
    public async Task An_agent_invited_again_gets_another_token_and_stays_one_agent()
    {
        var first = await _host.InviteAsync();
        var second = await _host.InviteAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(1, await _host.QueryAsync(db => db.Agents.CountAsync()));
        Assert.Equal(AgentState.Invited, (await _host.QueryAsync(db => db.Agents.SingleAsync())).State);
    }

    internal static async Task RefusedAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            Assert.True(status == response.StatusCode, $"{response.StatusCode}: {body}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            using var problem = JsonDocument.Parse(body);
            Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
            Assert.Equal($"urn:a2aconsole:refusal:{code}", problem.RootElement.GetProperty("type").GetString());
            Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
            Assert.NotEmpty(problem.RootElement.GetProperty("title").GetString()!);
            Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
        }
    }
}
