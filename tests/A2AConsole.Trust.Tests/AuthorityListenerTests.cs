using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using A2AConsole.Testing;
using A2AConsole.Trust.Certificates;

namespace A2AConsole.Trust.Tests;

public sealed class AuthorityListenerTests : IAsyncLifetime
{
    private AuthorityHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthorityHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_bundle_is_the_root_that_join_tokens_pin()
    {
        using var client = _host.Client();
        var pem = await client.GetStringAsync(new Uri("/v1/bundle", UriKind.Relative));
        using var root = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pem);
        Assert.EndsWith("." + CertificateText.FingerprintOf(root), await _host.InviteAsync(), StringComparison.Ordinal);
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
    }

    [Theory]
    [InlineData("GET", "/", 404, "not-found")]
    [InlineData("GET", "/agents", 404, "not-found")]
    [InlineData("GET", "/v1/enroll", 405, "method-not-allowed")]
    [InlineData("DELETE", "/v1/bundle", 405, "method-not-allowed")]
    public async Task What_is_not_there_is_a_problem_with_a_code(string method, string path, int status, string code)
    {
        using var client = _host.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await EnrolmentTests.RefusedAsync(await client.SendAsync(request), (HttpStatusCode)status, code);
    }

    [Theory]
    [InlineData("text/plain", "{}", 415, "media-type-unsupported")]
    [InlineData("application/json", "", 400, "request-malformed")]
    [InlineData("application/json", "{", 400, "request-malformed")]
    [InlineData("application/json", "null", 400, "request-malformed")]
    [InlineData("application/json", "[]", 400, "request-malformed")]
    [InlineData("application/json", "{\"token\":\"a\"}", 400, "request-malformed")]
    [InlineData("application/json", "{\"csr\":\"a\"}", 400, "request-malformed")]
    [InlineData("application/json", "{\"csr\":1,\"token\":\"a\"}", 400, "request-malformed")]
    [InlineData("application/json", "{\"csr\":\"a\",\"csr\":\"b\",\"token\":\"a\"}", 400, "request-malformed")]
    [InlineData("application/json", "{\"csr\":\"a\",\"token\":\"a\"} {}", 400, "request-malformed")]
    [InlineData("application/json", "{70000}", 413, "request-too-large")]
    public async Task A_body_that_cannot_be_understood_is_a_problem_with_a_code(string type, string body, int status, string code)
    {
        using var client = _host.Client();
        var text = body == "{70000}" ? "{\"csr\":\"" + new string('A', 270_000) + "\"}" : body;
        using var content = new StringContent(text, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        await EnrolmentTests.RefusedAsync(await client.PostAsync(new Uri("/v1/enroll", UriKind.Relative), content), (HttpStatusCode)status, code);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Both_versions_of_HTTP_are_spoken(string version)
    {
        using var client = _host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, request.Version), (response.StatusCode, response.Version));
    }

    [Fact]
    public async Task TLS_before_1_3_is_not_spoken()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_host.Address.Host, _host.Address.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        // The fact under test is that the authority refuses what a client of old asks for.
#pragma warning disable CA5398
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = SslProtocols.Tls12 };
#pragma warning restore CA5398
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(options));
    }

    [Fact]
    public async Task Who_connects_and_says_nothing_is_dropped()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_host.Address.Host, _host.Address.Port);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Assert.Equal(0, await socket.GetStream().ReadAsync(new byte[1], limit.Token));
    }

    [Fact]
    public async Task Who_sends_a_body_drop_by_drop_is_dropped()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_host.Address.Host, _host.Address.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        await tls.WriteAsync("POST /v1/enroll HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"u8.ToArray());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reader = new StreamReader(tls, Encoding.ASCII);
        var answer = await reader.ReadToEndAsync(limit.Token);
        Assert.True(answer.Length == 0 || answer.Contains(" 408 ", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task The_listener_takes_up_a_renewed_server_certificate_without_restart()
    {
        var before = await ServerSerialAsync();
        _host.Time.Advance(TimeSpan.FromDays(21));
        await Eventually.TrueAsync(() => _host.Domain.ServerIdentity.Certificate.SerialNumber != before);
        Assert.Equal(_host.Domain.ServerIdentity.Certificate.SerialNumber, await ServerSerialAsync());
        await _host.Ledger.RecordedAsync(l => l.Detail?.StartsWith("New server certificate", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_busy_port_is_one_clear_sentence()
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{_host.Address.Port}");
        var error = await Assert.ThrowsAsync<TrustStartupException>(() => AuthorityHost.StartAsync(o => o.AuthorityUrl = url));
        Assert.Contains($"cannot listen on {url}: another program uses that port", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://localhost:7444")]
    public async Task An_address_that_is_none_is_one_clear_sentence(string url)
    {
        var error = await Assert.ThrowsAsync<TrustStartupException>(() => AuthorityHost.StartAsync(o => o.AuthorityUrl = url));
        Assert.Contains(url, error.Message, StringComparison.Ordinal);
    }

    private async Task<string> ServerSerialAsync()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_host.Address.Host, _host.Address.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
        return certificate.SerialNumber;
    }
}
