using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Est;

/// <summary>RFC 7030 over the real listener. What the JSON interface refuses, this one refuses with the same code: it is no way around.</summary>
public sealed class EstTests : IAsyncLifetime
{
    private AuthorityHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthorityHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_authorities_come_as_a_certs_only_message()
    {
        using var client = _host.Client();
        using var response = await client.GetAsync(new Uri("/.well-known/est/cacerts", UriKind.Relative));
        Assert.Equal("application/pkcs7-mime; smime-type=certs-only", response.Content.Headers.ContentType!.ToString());
        var certificates = Certificates(await response.Content.ReadAsStringAsync());
        Assert.Equal(_host.Domain.Roots.Concat(_host.Domain.Intermediates).Select(c => c.Thumbprint).Order(), certificates.Select(c => c.Thumbprint).Order());
    }

    [Fact]
    public async Task The_request_attributes_name_the_keys_that_are_taken()
    {
        using var client = _host.Client();
        using var response = await client.GetAsync(new Uri("/.well-known/est/csrattrs", UriKind.Relative));
        Assert.Equal("application/csrattrs", response.Content.Headers.ContentType!.ToString());
        var der = Convert.FromBase64String(await response.Content.ReadAsStringAsync());
        var sequence = new System.Formats.Asn1.AsnReader(der, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var attribute = sequence.ReadSequence();
        Assert.Equal(("1.2.840.10045.2.1", "1.2.840.10045.3.1.7"), (attribute.ReadObjectIdentifier(), attribute.ReadSetOf().ReadObjectIdentifier()));
        Assert.Equal("1.2.840.10045.4.3.2", sequence.ReadObjectIdentifier());
    }

    [Fact]
    public async Task A_join_token_enrols_and_the_certificate_renews_itself()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var response = await EnrollAsync(await _host.InviteAsync(), Csr.Der(key));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var certificate = Assert.Single(Certificates(await response.Content.ReadAsStringAsync())).CopyWithPrivateKey(key);
        Assert.True(_host.Gate.Check(certificate).IsAccepted);

        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var renewed = await PostAsync("simplereenroll", Csr.Der(next), certificate);
        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);
        Assert.True(_host.Gate.Check(Assert.Single(Certificates(await renewed.Content.ReadAsStringAsync()))).IsAccepted);
        Assert.Equal([LeafKind.Enrolment, LeafKind.Renewal], _host.Ledger.Leaves.Where(l => l.Kind is LeafKind.Enrolment or LeafKind.Renewal).Select(l => l.Kind));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer abc")]
    [InlineData("Basic !")]
    [InlineData("Basic dG9rZW4=")]
    [InlineData("Basic dG9rZW46")]
    [InlineData("Basic cm9vdDphMmFqLng=")]
    public async Task Without_a_join_token_the_answer_says_how_to_bring_one(string? authorization)
    {
        using var response = await PostAsync("simpleenroll", Csr.Der(ECDsa.Create(ECCurve.NamedCurves.nistP256)), certificate: null, authorization);
        Assert.StartsWith("Basic realm=", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        await EnrolmentTests.RefusedAsync(response, HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        using var client = _host.Client();
        using var response = await client.PostAsync(new Uri("/.well-known/est/simplereenroll", UriKind.Relative), new StringContent("x"));
        await EnrolmentTests.RefusedAsync(response, HttpStatusCode.Unauthorized, "renewal-certificate-required");
        using var request = Request("simpleenroll", [1], Basic("x"));
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await EnrolmentTests.RefusedAsync(await client.SendAsync(request), HttpStatusCode.UnsupportedMediaType, "media-type-unsupported");
    }

    [Theory]
    [InlineData("token-unknown")]
    [InlineData("token-spent")]
    [InlineData("token-expired")]
    [InlineData("csr-malformed")]
    [InlineData("csr-too-large")]
    [InlineData("csr-signature-invalid")]
    [InlineData("csr-name-mismatch")]
    [InlineData("key-algorithm-forbidden")]
    [InlineData(EntryRefusalCodes.Missing)]
    [InlineData(EntryRefusalCodes.Disabled)]
    [InlineData(EntryRefusalCodes.KeyAlgorithm)]
    [InlineData(EntryRefusalCodes.EvidenceMissing)]
    public async Task What_JSON_refuses_at_enrolment_EST_refuses(string code)
    {
        // The same preparation twice: refusing may use up what was prepared.
        var (token, csr) = await PrepareAsync(code, "p-1");
        using var json = await _host.EnrollAsync(token, csr.Length > 20_000 ? Encoding.ASCII.GetString(csr) : Csr.Pem(csr));
        var (again, same) = await PrepareAsync(code, "p-2");
        using var est = await EnrollAsync(again, same);
        Assert.Equal((code, code), (await CodeOf(json), await CodeOf(est)));
        Assert.Equal(json.StatusCode, est.StatusCode);
        Assert.All(await _host.QueryAsync(db => db.Agents.Where(a => a.State != Core.Identity.AgentState.Active).ToListAsync()), a => Assert.Null(a.CertificateSerial));
    }

    [Theory]
    [InlineData("certificate-revoked")]
    [InlineData("csr-name-mismatch")]
    [InlineData("csr-signature-invalid")]
    [InlineData(EntryRefusalCodes.Disabled)]
    [InlineData(EntryRefusalCodes.EvidenceMissing)]
    public async Task What_JSON_refuses_at_renewal_EST_refuses(string code)
    {
        using var current = await _host.EnrolledAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = code switch
        {
            "csr-name-mismatch" => Csr.Der(key, "spiffe://acme.test/env/test/role/planner/agent/p-2"),
            "csr-signature-invalid" => Csr.Tampered(Csr.Der(key)),
            _ => Csr.Der(key),
        };
        if (code == "certificate-revoked")
            await _host.Authority.RevokeAsync(SvidRules.SerialOf(current), "keyCompromise", "user:admin");
        var entry = await _host.QueryAsync(db => db.RegistrationEntries.Include(e => e.Evidence).SingleAsync());
        if (code == EntryRefusalCodes.Disabled)
            await _host.Registrations.SetEnabledAsync(entry.Id, false, "a test", "user:admin");
        if (code == EntryRefusalCodes.EvidenceMissing)
            await _host.Registrations.ChangeAsync(entry.Id, Data.Stores.EntryChanges.Read(entry).Terms with { Evidence = [new(EvidenceKind.JoinToken, "{}", false), new(EvidenceKind.SevSnp, "{}", true)] }, "user:admin");
        using var json = await _host.RenewAsync(current, Csr.Pem(csr));
        using var est = await PostAsync("simplereenroll", csr, current);
        Assert.Equal((code, code), (await CodeOf(json), await CodeOf(est)));
    }

    private async Task<(string Token, byte[] Csr)> PrepareAsync(string code, string name)
    {
        var id = $"spiffe://acme.test/env/test/role/planner/agent/{name}";
        using var key = ECDsa.Create(code == "key-algorithm-forbidden" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        var token = await _host.InviteAsync(id);
        var entries = _host.QueryAsync(db => db.RegistrationEntries.Include(e => e.Evidence).Where(e => e.Name == name).SingleAsync());
        var entry = await entries;
        switch (code)
        {
            case "token-unknown": token = $"a2aj.{new string('A', 43)}.{_host.Domain.RootFingerprint}"; break;
            case "token-spent": (await _host.EnrollAsync(token, Csr.NewPem())).Dispose(); break;
            case "token-expired": _host.Time.Advance(TimeSpan.FromMinutes(10)); break;
            case EntryRefusalCodes.Disabled: await _host.Registrations.SetEnabledAsync(entry.Id, false, "a test", "user:admin"); break;
            case EntryRefusalCodes.EvidenceMissing:
                await _host.Registrations.ChangeAsync(entry.Id, Data.Stores.EntryChanges.Read(entry).Terms with { Evidence = [new(EvidenceKind.SevSnp, "{}", true)] }, "user:admin");
                break;
            case EntryRefusalCodes.KeyAlgorithm:
                await _host.QueryAsync(db => db.RegistrationEntries.Where(e => e.Id == entry.Id).ExecuteUpdateAsync(e => e.SetProperty(x => x.KeyAlgorithms, "ml-dsa-44")));
                _host.Book.Expire();
                break;
            case EntryRefusalCodes.Missing:
                await _host.QueryAsync(db => db.RegistrationEntries.Where(e => e.Id == entry.Id).ExecuteDeleteAsync());
                _host.Book.Expire();
                break;
        }
        return (token, code switch
        {
            "csr-malformed" => [0x30, 0x03, 0x02, 0x01, 0x01],
            "csr-too-large" => [.. Enumerable.Repeat((byte)'A', 20_001)],
            "csr-signature-invalid" => Csr.Tampered(Csr.Der(key)),
            "csr-name-mismatch" => Csr.Der(key, "spiffe://acme.test/env/prod/role/planner/agent/" + name),
            "key-algorithm-forbidden" => Csr.Request(key, HashAlgorithmName.SHA384).CreateSigningRequest(),
            _ => Csr.Der(key),
        });
    }

    private Task<HttpResponseMessage> EnrollAsync(string token, byte[] csr) => PostAsync("simpleenroll", csr, certificate: null, Basic(token));

    private async Task<HttpResponseMessage> PostAsync(string operation, byte[] csr, X509Certificate2? certificate, string? authorization = null)
    {
        using var client = _host.Client(certificate);
        using var request = Request(operation, csr, authorization);
        return await client.SendAsync(request);
    }

    private static HttpRequestMessage Request(string operation, byte[] csr, string? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/.well-known/est/{operation}")
        {
            Content = new StringContent(Convert.ToBase64String(csr, Base64FormattingOptions.InsertLineBreaks), Encoding.ASCII),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/pkcs10");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return request;
    }

    private static string Basic(string token) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("token:" + token));

    private static X509Certificate2Collection Certificates(string base64)
    {
        var certificates = new X509Certificate2Collection();
#pragma warning disable SYSLIB0057 // Nothing else reads a certs-only message.
        certificates.Import(Convert.FromBase64String(base64));
#pragma warning restore SYSLIB0057
        return certificates;
    }

    private static async Task<string?> CodeOf(HttpResponseMessage response)
    {
        using var json = await response.Content.ReadFromJsonAsync<JsonDocument>();
        return json!.RootElement.GetProperty("code").GetString();
    }
}
