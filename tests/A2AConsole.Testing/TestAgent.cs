using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace A2AConsole.Testing;

/// <summary>An agent with its key, its certificate and a connection to the edge.</summary>
public sealed class TestAgent : IDisposable
{
    private readonly TestSite _site;

    internal TestAgent(TestSite site, string spiffeId, ECDsa key, X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        (_site, SpiffeId, Key, Certificate, Chain) = (site, spiffeId, key, certificate, chain);
        Client = Connect();
    }

    public string SpiffeId { get; }
    public ECDsa Key { get; }
    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }
    /// <summary>The issuing CAs.</summary>
    public X509Certificate2Collection Chain { get; }
    /// <summary>Lower-case hex, as the console shows it.</summary>
    public string Serial => Certificate.SerialNumber.ToLowerInvariant();
    /// <summary>Its first connection.</summary>
    public HttpClient Client { get; private set; }

    /// <summary>A further connection.</summary>
    public HttpClient Connect(Version? version = null, SslProtocols protocols = SslProtocols.None)
        => _site.Connect(Certificate, Chain, version, protocols);

    /// <summary>Leaves the old connection for a new one: after a restart of the site, say.</summary>
    public void Reconnect()
    {
        Client.Dispose();
        Client = Connect();
    }

    /// <summary>A valid event of this agent's.</summary>
    public EventBuilder Event() => new() { Source = SpiffeId, Time = _site.Time.GetUtcNow() };

    /// <summary>A signed envelope.</summary>
    public byte[] Sign(EventBuilder e) => Envelopes.Sign(Key, e.ToBytes());

    /// <summary>A valid, signed envelope.</summary>
    public byte[] Sign() => Sign(Event());

    /// <summary>Posts a body to <c>/v1/events</c>.</summary>
    public Task<EdgeReply> PostAsync(byte[] body, string contentType = "application/json", HttpClient? over = null)
        => PostAsync(new ByteArrayContent(body), contentType, over);

    /// <summary>Posts content to <c>/v1/events</c>.</summary>
    public async Task<EdgeReply> PostAsync(HttpContent content, string? contentType, HttpClient? over = null)
    {
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        using var response = await (over ?? Client).PostAsync("/v1/events", content);
        return await EdgeReply.ReadAsync(response);
    }

    /// <summary>Signs and posts one event.</summary>
    public Task<EdgeReply> SendAsync(EventBuilder? e = null) => PostAsync(Sign(e ?? Event()));

    /// <summary>Gets a path of the edge.</summary>
    public async Task<EdgeReply> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        return await EdgeReply.ReadAsync(response);
    }

    public void Dispose()
    {
        Client.Dispose();
        Certificate.Dispose();
        Key.Dispose();
    }
}

/// <summary>What the edge answered.</summary>
public sealed record EdgeReply(HttpStatusCode Status, string? MediaType, string Body, TimeSpan? RetryAfter)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The refusal's code of a problem, or null.</summary>
    public string? Code => MediaType == "application/problem+json" && Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The results of several events, each as <c>verdict</c> or <c>refused:code</c>.</summary>
    public IReadOnlyList<string> Verdicts =>
    [
        .. Json.GetProperty("results").EnumerateArray().Select(r => r.TryGetProperty("code", out var code)
            ? $"{r.GetProperty("verdict").GetString()}:{code.GetString()}"
            : r.GetProperty("verdict").GetString()!),
    ];

    internal static async Task<EdgeReply> ReadAsync(HttpResponseMessage response)
        => new(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(), response.Headers.RetryAfter?.Delta);
}
