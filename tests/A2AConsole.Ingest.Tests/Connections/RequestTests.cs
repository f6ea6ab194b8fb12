using System.Diagnostics;
using System.Net;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Connections;

/// <summary>How requests may come: methods, types, sizes and speeds.</summary>
public sealed class RequestTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync(new()
        {
            Ingest = o => (o.RequestHeadersTimeout, o.MinBodyGracePeriod) = (TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1.5)),
        });
        _agent = await _site.EnrollAsync("forecaster");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("/", "GET", HttpStatusCode.NotFound, "not-found")]
    [InlineData("/v1/events/7", "POST", HttpStatusCode.NotFound, "not-found")]
    [InlineData("/v1/events", "GET", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("/v1/whoami", "DELETE", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("/ledger/nothing", "GET", HttpStatusCode.NotFound, "not-found")]
    public async Task What_is_not_there_is_answered_as_a_problem(string path, string method, HttpStatusCode status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = HttpVersion.Version20 };
        using var response = await _agent.Client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains($"urn:a2aconsole:{code}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData(null)]
    public async Task Another_content_type_is_not_taken(string? type)
    {
        using var content = new ByteArrayContent(_agent.Sign());
        var reply = await _agent.PostAsync(content, type);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "media-type-unsupported"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("2.0", true)]
    [InlineData("2.0", false)]
    [InlineData("1.1", true)]
    [InlineData("1.1", false)]
    public async Task A_body_over_the_limit_is_refused_whether_or_not_its_length_is_said(string version, bool said)
    {
        using var client = _agent.Connect(Version.Parse(version));
        var bytes = new byte[9 * 1024 * 1024];
        using HttpContent content = said ? new ByteArrayContent(bytes) : new StreamContent(new UnknownLength(bytes));
        EdgeReply reply;
        try
        {
            reply = await _agent.PostAsync(content, "application/json", client);
        }
        catch (HttpRequestException)
        {
            // The edge stops reading and closes: a client that is still writing may see that first.
            reply = new(HttpStatusCode.RequestEntityTooLarge, null, "", null);
        }
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.Status);
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync()).Status);
    }

    [Fact]
    public async Task Headers_that_drip_are_cut_off()
    {
        await using var connection = await RawConnection.OpenAsync(_site, _agent);
        await connection.SendAsync("POST /v1/events HTTP/1.1\r\nHost: local");
        var clock = Stopwatch.StartNew();
        await connection.ClosedAsync().WaitAsync(TimeSpan.FromSeconds(15));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.5, 10);
    }

    [Fact]
    public async Task A_body_that_drips_is_cut_off_and_nothing_of_it_is_taken()
    {
        var size = _site.Ledger.Head.Size;
        await using var connection = await RawConnection.OpenAsync(_site, _agent);
        await connection.SendAsync("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n[");
        await connection.ClosedAsync().WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(size, _site.Ledger.Head.Size);
    }

    [Fact]
    public async Task A_client_that_hangs_up_in_its_body_leaves_nothing_half_done()
    {
        var size = _site.Ledger.Head.Size;
        await using (var connection = await RawConnection.OpenAsync(_site, _agent))
        {
            var body = Envelopes.Array([_agent.Sign(), _agent.Sign()]);
            await connection.SendAsync($"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
            await connection.SendAsync(body[..^5]);
        }
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync()).Status);
        Assert.Equal(size + 1, _site.Ledger.Head.Size);
    }

    [Fact]
    public async Task Health_is_answered_to_agents_only()
    {
        Assert.Equal("ok\n", (await _agent.GetAsync("/healthz")).Body);
        using var stranger = _site.Connect(certificate: null);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => stranger.GetAsync("/healthz"));
    }

    private sealed class UnknownLength(byte[] bytes) : Stream
    {
        private int _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, bytes.Length - _position);
            bytes.AsSpan(_position, read).CopyTo(buffer.AsSpan(offset));
            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
