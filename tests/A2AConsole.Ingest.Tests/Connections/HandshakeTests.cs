using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Testing;
using A2AConsole.Trust;

namespace A2AConsole.Ingest.Tests.Connections;

/// <summary>Who may connect: judged within the handshake, and recorded when refused.</summary>
public sealed class HandshakeTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private Task<LedgerLeaf> RecordedAsync(string code) => _site.LeafAsync(l => l.Kind == LeafKind.Connection && l.Code == code);

    private async Task RefusedAsync(HttpClient client, string code)
    {
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("/healthz"));
        var leaf = await RecordedAsync(code);
        Assert.Equal((LeafVerdict.Refused, "address:127.0.0.1"), (leaf.Verdict, leaf.Actor));
        var rows = await _site.QueryAsync(async db => db.QuarantineItems.Where(q => q.Code == code).ToList());
        Assert.Equal("127.0.0.1", Assert.Single(rows).RemoteAddress);
    }

    [Fact]
    public async Task An_enrolled_agent_is_let_in_and_told_as_whom()
    {
        var agent = await _site.EnrollAsync("forecaster");
        var reply = await agent.GetAsync("/v1/whoami");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(agent.SpiffeId, reply.Json.GetProperty("spiffeId").GetString());
        Assert.Equal(agent.Serial, reply.Json.GetProperty("serial").GetString());
        Assert.Equal(Envelopes.KeyId(agent.Key), reply.Json.GetProperty("keyId").GetString());
        Assert.Equal(_site.Time.GetUtcNow(), reply.Json.GetProperty("serverTime").GetDateTimeOffset());
        Assert.InRange(reply.Json.GetProperty("secondsLeft").GetInt64(), 3000, 3600);
    }

    [Fact]
    public async Task HTTP_1_1_is_spoken_too()
    {
        var agent = await _site.EnrollAsync("forecaster");
        using var client = agent.Connect(HttpVersion.Version11);
        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsync(agent.Sign(), over: client)).Status);
    }

    [Fact]
    public async Task A_connection_without_a_certificate_is_refused()
    {
        using var client = _site.Connect(certificate: null);
        await RefusedAsync(client, "certificate-missing");
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await using var stranger = await TestSite.StartAsync();
        var agent = await stranger.EnrollAsync("forecaster");
        using var client = _site.Connect(agent.Certificate, agent.Chain);
        await RefusedAsync(client, SvidRefusalCodes.Untrusted);
        Assert.Null((await RecordedAsync(SvidRefusalCodes.Untrusted)).Subject);
    }

    [Fact]
    public async Task A_self_signed_certificate_with_an_agents_name_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=forecaster", key, HashAlgorithmName.SHA256);
        foreach (var extension in TestSite.SvidExtensions([_site.Identity("forecaster")]))
            request.CertificateExtensions.Add(extension);
        using var certificate = request.CreateSelfSigned(TestSite.Start.AddMinutes(-1), TestSite.Start.AddHours(1));
        using var client = _site.Connect(certificate);
        await RefusedAsync(client, SvidRefusalCodes.Untrusted);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        var agent = _site.Forge("late", notBefore: TestSite.Start.AddHours(-2), notAfter: TestSite.Start.AddMinutes(-1));
        await RefusedAsync(agent.Client, SvidRefusalCodes.Expired);
    }

    [Fact]
    public async Task A_certificate_that_is_not_yet_valid_is_refused()
    {
        var agent = _site.Forge("early", notBefore: TestSite.Start.AddMinutes(10));
        await RefusedAsync(agent.Client, SvidRefusalCodes.NotYetValid);
    }

    [Fact]
    public async Task A_certificate_with_two_names_is_refused()
    {
        var agent = _site.Forge("two", extensions: TestSite.SvidExtensions([_site.Identity("two"), _site.Identity("three")]));
        await RefusedAsync(agent.Client, SvidRefusalCodes.NotOneUri);
    }

    [Fact]
    public async Task A_certificate_authority_is_no_agent()
    {
        var agent = _site.Forge("authority", extensions: TestSite.SvidExtensions([_site.Identity("authority")], ca: true));
        await RefusedAsync(agent.Client, SvidRefusalCodes.Ca);
    }

    [Fact]
    public async Task A_good_certificate_of_an_agent_that_nobody_invited_is_refused()
    {
        var agent = _site.Forge("uninvited");
        await RefusedAsync(agent.Client, SvidGate.UnknownAgent);
        Assert.Contains(agent.SpiffeId, (await RecordedAsync(SvidGate.UnknownAgent)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_certificate_is_refused()
    {
        var agent = await _site.EnrollAsync("stolen");
        Assert.True(await _site.Authority.RevokeAsync(agent.Serial, "stolen", "user:test"));
        await RefusedAsync(agent.Client, SvidGate.Revoked);
    }

    [Fact]
    public async Task A_live_connection_is_closed_when_its_certificate_is_revoked_and_others_stay()
    {
        var agent = await _site.EnrollAsync("stolen");
        var other = await _site.EnrollAsync("honest");
        await using var connection = await RawConnection.OpenAsync(_site, agent);
        await connection.SendAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await connection.ReadSomeAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync()).Status);

        Assert.True(await _site.Authority.RevokeAsync(agent.Serial, "stolen", "user:test"));
        await connection.ClosedAsync().WaitAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync()).Status);
    }

    [Fact]
    public async Task A_certificate_that_expires_while_connected_is_refused_at_the_next_request()
    {
        var agent = await _site.EnrollAsync("forecaster");
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync()).Status);
        _site.Clock.Advance(TimeSpan.FromMinutes(61));
        var reply = await agent.SendAsync();
        Assert.Equal((HttpStatusCode.Unauthorized, "certificate-expired"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task TLS_1_2_is_refused()
    {
        var agent = await _site.EnrollAsync("forecaster");
        using var client = agent.Connect(HttpVersion.Version11, SslProtocols.Tls12);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("/healthz"));
        await RecordedAsync("tls-handshake-failed");
    }

    [Fact]
    public async Task Bytes_that_are_no_TLS_and_a_connection_that_says_nothing_leave_no_leaf()
    {
        var size = _site.Ledger.Head.Size;
        using (var tcp = new TcpClient())
        {
            await tcp.ConnectAsync(IPAddress.Loopback, _site.Edge.Port);
            await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"));
            Assert.Equal(0, await ReadToEndAsync(tcp.GetStream()));
        }
        Assert.Equal(size, _site.Ledger.Head.Size);
    }

    [Fact]
    public async Task A_flood_of_refused_connections_is_counted_into_one_leaf()
    {
        using var client = _site.Connect(certificate: null);
        for (var i = 0; i < 25; i++)
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("/healthz"));
        _site.Clock.Advance(TimeSpan.FromSeconds(70));
        var summary = await RecordedAsync("summary");
        Assert.Equal(15, summary.Count);
        Assert.Equal(10, (await _site.LeavesAsync()).Count(l => l.Code == "certificate-missing"));
        Assert.Contains("certificate-missing 15", summary.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_herd_of_connections_is_paced_and_what_nobody_would_wait_for_is_refused()
    {
        await using var site = await TestSite.StartAsync(new()
        {
            Ingest = o => (o.HandshakesPerSecond, o.HandshakeBurst, o.HandshakeTimeout) = (1, 2, TimeSpan.FromSeconds(1)),
        });
        var agent = await site.EnrollAsync("herd");
        var knocks = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var client = agent.Connect();
            try
            {
                return (await client.GetAsync("/healthz")).StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }));
        Assert.InRange(knocks.Count(let => let), 2, 6);
        await site.LeafAsync(l => l.Code == "handshakes-paced");
    }

    private static async Task<int> ReadToEndAsync(Stream stream)
    {
        try
        {
            var buffer = new byte[256];
            int read, total = 0;
            while ((read = await stream.ReadAsync(buffer)) > 0)
                total += read;
            // An alert is all that may come back.
            return total > 7 ? total : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
