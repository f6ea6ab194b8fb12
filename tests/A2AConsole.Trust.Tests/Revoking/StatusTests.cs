using System.Diagnostics;
using System.Formats.Asn1;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Testing;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Revoking;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Revoking;

/// <summary>Revocation lists and OCSP as openssl reads and judges them.</summary>
public sealed class StatusTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-status-").FullName;
    private AuthorityHost _host = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AuthorityHost.StartAsync();
        _client = _host.Client();
        await File.WriteAllTextAsync(Path("root.pem"), CertificateText.PemOf([_host.Domain.Roots[0]]));
        await File.WriteAllTextAsync(Path("issuing.pem"), CertificateText.PemOf([_host.Domain.Intermediates[0]]));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_certificate_names_its_shards_list_its_delta_and_the_responder()
    {
        using var svid = await _host.EnrolledAsync();
        var text = await OpenSslAsync("x509", "-noout", "-text", "-in", await SaveAsync(svid, "agent"));
        var root = _host.Address.GetLeftPart(UriPartial.Authority);
        var shard = StatusAddresses.ShardOf(SvidRules.SerialOf(svid));
        Assert.Contains($"URI:{root}/crl/{IssuerKeyId}/{shard}.crl", text, StringComparison.Ordinal);
        Assert.Contains($"URI:{root}/crl/{IssuerKeyId}/{shard}-delta.crl", text, StringComparison.Ordinal);
        Assert.Contains($"OCSP - URI:{root}/ocsp", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openssl_verifies_the_list_and_refuses_by_it_what_was_revoked()
    {
        using var good = await _host.EnrolledAsync();
        using var bad = await _host.EnrolledAsync("spiffe://acme.test/env/test/role/planner/agent/p-2");
        await RevokeAsync(bad, RevocationReason.KeyCompromise);

        var list = await FetchListAsync(bad);
        var shown = await OpenSslAsync("crl", "-in", list, "-inform", "DER", "-noout", "-text", "-CAfile", Path("issuing.pem"), "-verify");
        Assert.Contains("verify OK", shown, StringComparison.Ordinal);
        Assert.Contains(SvidRules.SerialOf(bad).ToUpperInvariant(), shown, StringComparison.Ordinal);
        Assert.Contains("Key Compromise", shown, StringComparison.Ordinal);
        Assert.Contains("X509v3 Issuing Distribution Point: critical", shown, StringComparison.Ordinal);
        Assert.Contains("Only User Certificates", shown, StringComparison.Ordinal);
        Assert.Contains("X509v3 Freshest CRL", shown, StringComparison.Ordinal);

        Assert.Contains("certificate revoked", await VerifyAsync(bad, list, expected: 2), StringComparison.Ordinal);
        Assert.Contains("OK", await VerifyAsync(good, await FetchListAsync(good), expected: 0), StringComparison.Ordinal);
        // A list of another shard says nothing about it.
        var other = (StatusAddresses.ShardOf(SvidRules.SerialOf(bad)) + 1) % StatusAddresses.Shards;
        Assert.Contains("CRL", await VerifyAsync(bad, await FetchListAsync(other, delta: false), expected: 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delta_brings_what_was_revoked_since_and_takes_off_what_was_resumed()
    {
        using var held = await _host.EnrolledAsync();
        var number = (await _host.QueryAsync(db => db.Agents.SingleAsync(a => a.SpiffeId == AuthorityHost.AgentId))).Number;
        Assert.Null(await _host.Life.SuspendAsync(number, "user:ann", "under investigation"));
        var shard = StatusAddresses.ShardOf(SvidRules.SerialOf(held));
        var full = await TextAsync(await FetchListAsync(shard, delta: false));
        Assert.Contains("Certificate Hold", full, StringComparison.Ordinal);

        var unchanged = await TextAsync(await FetchListAsync(shard, delta: true));
        Assert.Contains("X509v3 Delta CRL Indicator: critical", unchanged, StringComparison.Ordinal);
        Assert.Contains("No Revoked Certificates", unchanged, StringComparison.Ordinal);

        Assert.Null(await _host.Life.ResumeAsync(number, "user:ann", "cleared"));
        var taken = await TextAsync(await FetchListAsync(shard, delta: true));
        Assert.Contains("Remove From CRL", taken, StringComparison.Ordinal);
        Assert.Contains(SvidRules.SerialOf(held).ToUpperInvariant(), taken, StringComparison.Ordinal);

        // The full list follows after its time, and the delta is to the one before, for whoever still holds that.
        _host.Time.Advance(RevocationLists.FullEvery);
        Assert.Contains("No Revoked Certificates", await TextAsync(await FetchListAsync(shard, delta: false)), StringComparison.Ordinal);
        Assert.Contains("Remove From CRL", await TextAsync(await FetchListAsync(shard, delta: true)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_that_are_not_there_are_not_found()
    {
        foreach (var path in new[] { $"/crl/{IssuerKeyId}/{StatusAddresses.Shards}.crl", $"/crl/{IssuerKeyId}/-1.crl", $"/crl/{IssuerKeyId}/x-delta.crl", $"/crl/{new string('0', 64)}/1.crl" })
        {
            using var response = await _client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Openssl_asks_for_the_status_and_believes_the_answer()
    {
        using var good = await _host.EnrolledAsync();
        using var bad = await _host.EnrolledAsync("spiffe://acme.test/env/test/role/planner/agent/p-2");
        await RevokeAsync(bad, RevocationReason.AffiliationChanged);

        Assert.Contains("agent.pem: good", await AskAsync(good), StringComparison.Ordinal);
        var revoked = await AskAsync(bad);
        Assert.Contains("agent.pem: revoked", revoked, StringComparison.Ordinal);
        Assert.Contains("Reason: affiliationChanged", revoked, StringComparison.Ordinal);
        Assert.Contains("agent.pem: good", await AskAsync(good, "-sha256"), StringComparison.Ordinal);
        Assert.Contains("agent.pem: good", await AskAsync(good, "-no_nonce"), StringComparison.Ordinal);
        // The responder's own certificate is on the ledger.
        Assert.Single(_host.Ledger.Leaves, l => l.Kind == LeafKind.Administration && l.Detail!.StartsWith("A certificate was issued to the OCSP responder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kept_answer_does_not_outlive_a_revocation()
    {
        using var svid = await _host.EnrolledAsync();
        Assert.Contains("agent.pem: good", await AskAsync(svid, "-no_nonce"), StringComparison.Ordinal);
        Assert.Contains("agent.pem: good", await AskAsync(svid, "-no_nonce"), StringComparison.Ordinal);
        await RevokeAsync(svid, RevocationReason.KeyCompromise);
        Assert.Contains("agent.pem: revoked", await AskAsync(svid, "-no_nonce"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_never_issued_is_unknown_and_other_authorities_are_not_answered_for()
    {
        var unissued = await RequestAsync("-serial", "0x0102030405060708");
        Assert.Contains("0x0102030405060708: unknown", await ReadAsync(await PostAsync(unissued), "-serial", "0x0102030405060708"), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path("other.pem"), CertificateText.PemOf([_host.Domain.Roots[0]]));
        var foreign = Path("foreign.req");
        await OpenSslAsync("ocsp", "-issuer", Path("other.pem"), "-serial", "0x01", "-reqout", foreign);
        Assert.Equal(6, ErrorOf(await PostAsync(foreign)));
    }

    [Fact]
    public async Task Broken_requests_are_answered_as_such()
    {
        foreach (var body in new byte[][] { [], [0x30], Encoding.ASCII.GetBytes("not a request"), RandomNumberGenerator.GetBytes(300), new byte[9_000] })
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/ocsp-request") } };
            using var response = await _client.PostAsync("/ocsp", content);
            Assert.Equal(1, ErrorOf(await response.Content.ReadAsByteArrayAsync()));
        }
        using var get = await _client.GetAsync("/ocsp/%%%");
        Assert.Equal(1, ErrorOf(await get.Content.ReadAsByteArrayAsync()));
        using var wrongType = await _client.PostAsync("/ocsp", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrongType.StatusCode);
    }

    [Fact]
    public async Task A_request_in_the_path_is_answered_like_one_in_the_body()
    {
        using var svid = await _host.EnrolledAsync();
        await SaveAsync(svid, "agent");
        var request = await File.ReadAllBytesAsync(await RequestAsync("-cert", Path("agent.pem")));
        foreach (var text in new[] { Uri.EscapeDataString(Convert.ToBase64String(request)), Convert.ToBase64String(request) })
        {
            using var response = await _client.GetAsync("/ocsp/" + text);
            Assert.Equal("application/ocsp-response", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains("agent.pem: good", await ReadAsync(await response.Content.ReadAsByteArrayAsync(), "-cert", Path("agent.pem")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_list_of_its_share_of_100_000_revoked_certificates_stays_below_100_kB()
    {
        var issuer = ((TrustDomain)_host.Domain).Issuers[0];
        var now = _host.Time.GetUtcNow();
        var random = new Random(7);
        var shards = new List<RevocationListEntry>[StatusAddresses.Shards];
        for (var i = 0; i < shards.Length; i++)
            shards[i] = [];
        var bytes = new byte[16];
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = (byte)(bytes[0] & 0x7F | 0x40);
            var serial = Convert.ToHexStringLower(bytes);
            shards[StatusAddresses.ShardOf(serial)].Add(new(serial, now, RevocationReason.KeyCompromise));
        }
        var largest = shards.Max(entries => RevocationListWriter.Write(issuer.Certificate, issuer.Key, new RevocationListContent
        {
            ThisUpdate = now, NextUpdate = now.AddMinutes(10), Number = 1, DistributionPoint = "https://authority.example/crl/1.crl", Entries = entries,
        }).Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"largest of {StatusAddresses.Shards} lists: {largest:N0} bytes");
        Assert.InRange(largest, 30_000, 100_000);
    }

    private string IssuerKeyId => ((TrustDomain)_host.Domain).Issuers[0].KeyId;

    private async Task RevokeAsync(X509Certificate2 svid, RevocationReason reason)
    {
        var outcome = await _host.Get<IRevocations>().RevokeAsync(new(RevocationScope.Certificate, SvidRules.SerialOf(svid), reason, "test"), "user:admin");
        Assert.Equal((1, (LifeRefusal?)null), (outcome.Certificates, outcome.Refusal));
    }

    private Task<string> FetchListAsync(X509Certificate2 svid) => FetchListAsync(StatusAddresses.ShardOf(SvidRules.SerialOf(svid)), delta: false);

    private async Task<string> FetchListAsync(int shard, bool delta)
    {
        using var response = await _client.GetAsync(StatusAddresses.List("", IssuerKeyId, shard, delta));
        Assert.Equal((HttpStatusCode.OK, "application/pkix-crl"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var path = Path($"{shard}{(delta ? "-delta" : "")}.crl");
        await File.WriteAllBytesAsync(path, await response.Content.ReadAsByteArrayAsync());
        return path;
    }

    private Task<string> TextAsync(string list) => OpenSslAsync("crl", "-in", list, "-inform", "DER", "-noout", "-text", "-CAfile", Path("issuing.pem"), "-verify");

    private async Task<string> VerifyAsync(X509Certificate2 svid, string list, int expected)
    {
        await OpenSslAsync("crl", "-in", list, "-inform", "DER", "-out", Path("list.pem"));
        var chain = Path("chain.pem");
        await File.WriteAllTextAsync(chain, await File.ReadAllTextAsync(Path("issuing.pem")));
        return await OpenSslAsync(expected, "verify", "-crl_check", "-extended_crl", "-CRLfile", Path("list.pem"), "-CAfile", Path("root.pem"), "-untrusted", chain,
            "-attime", _host.Time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), await SaveAsync(svid, "agent"));
    }

    private async Task<string> AskAsync(X509Certificate2 svid, params string[] options)
    {
        await SaveAsync(svid, "agent");
        var request = Path("agent.req");
        await OpenSslAsync(["ocsp", "-issuer", Path("issuing.pem"), .. options, "-cert", Path("agent.pem"), "-reqout", request]);
        return await ReadAsync(await PostAsync(request), "-cert", Path("agent.pem"), options: options.Where(o => o != "-no_nonce").ToArray(), nonceFrom: options.Contains("-no_nonce") ? null : request);
    }

    private async Task<string> RequestAsync(params string[] what)
    {
        var request = Path("what.req");
        await OpenSslAsync(["ocsp", "-issuer", Path("issuing.pem"), "-no_nonce", .. what, "-reqout", request]);
        return request;
    }

    private async Task<byte[]> PostAsync(string request)
    {
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(request)) { Headers = { ContentType = new MediaTypeHeaderValue("application/ocsp-request") } };
        using var response = await _client.PostAsync("/ocsp", content);
        Assert.True(response.IsSuccessStatusCode, string.Join('\n', _host.Log.Lines));
        Assert.Equal("application/ocsp-response", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsByteArrayAsync();
    }

    // openssl checks the responder's chain and, with the request at hand, that the nonce is its own.
    private async Task<string> ReadAsync(byte[] response, string what, string value, string[]? options = null, string? nonceFrom = null)
    {
        var path = Path("answer.der");
        await File.WriteAllBytesAsync(path, response);
        // -no_nonce: a request that is read in would otherwise be given another nonce than the one that was answered.
        string[] asked = nonceFrom is null ? ["-no_nonce", "-issuer", Path("issuing.pem"), .. options ?? [], what, value] : ["-no_nonce", "-reqin", nonceFrom, "-issuer", Path("issuing.pem"), .. options ?? [], what, value];
        var text = await OpenSslAsync(["ocsp", .. asked, "-respin", path, "-CAfile", Path("root.pem"), "-verify_other", Path("issuing.pem"), "-resp_text"]);
        Assert.Contains("Response verify OK", text, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", text, StringComparison.Ordinal);
        return text;
    }

    private static int ErrorOf(byte[] response)
        => Convert.ToInt32(new AsnReader(response, AsnEncodingRules.DER).ReadSequence().ReadEnumeratedBytes().Span[0]);

    private async Task<string> SaveAsync(X509Certificate2 certificate, string name)
    {
        await File.WriteAllTextAsync(Path(name + ".pem"), certificate.ExportCertificatePem());
        return Path(name + ".pem");
    }

    private string Path(string name) => System.IO.Path.Combine(_directory, name);

    private static Task<string> OpenSslAsync(params string[] arguments) => OpenSslAsync(0, arguments);

    private static async Task<string> OpenSslAsync(int expected, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == expected, $"openssl {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
        return await output + await errors;
    }
}
