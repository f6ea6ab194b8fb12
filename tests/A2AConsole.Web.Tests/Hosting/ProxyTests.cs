using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Web.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Hosting;

/// <summary>Behind a reverse proxy at 127.0.0.1 that ends TLS.</summary>
public sealed partial class ProxyTests : IAsyncLifetime
{
    private RunningConsole _console = null!;

    public async ValueTask InitializeAsync()
        => _console = await RunningConsole.StartAsync("--A2AConsole:Web:PublicUrl=https://console.example", "--A2AConsole:Web:KnownProxies:0=127.0.0.1");

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task The_proxys_word_counts_and_nobody_elses()
    {
        using var proxy = From("127.0.0.1");
        using var page = await SendAsync(proxy, HttpMethod.Get, "203.0.113.9");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.True(page.Headers.Contains("Strict-Transport-Security"));

        using var made = await SignInAsync(proxy, "203.0.113.9", "analyst", RunningConsole.Password);
        Assert.Equal(HttpStatusCode.Found, made.StatusCode);
        Assert.Contains(made.Headers.GetValues("Set-Cookie"), c => c.StartsWith("a2aconsole=", StringComparison.Ordinal) && c.Contains("; secure", StringComparison.OrdinalIgnoreCase));
        var leaves = (await _console.Services.GetRequiredService<ILedgerReader>().LeavesAsync(0, 10_000)).Select(l => LeafReader.Parse(l));
        Assert.Contains(leaves, l => l is { Kind: LeafKind.SignIn, Actor: "user:analyst", Detail: "Signed in from 203.0.113.9" });

        // Plain http, and a stranger who claims to be the proxy.
        using var plain = await SendAsync(proxy, HttpMethod.Get, "203.0.113.9", scheme: "http");
        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
        Assert.Contains("https://console.example", await plain.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var stranger = From("127.0.0.2");
        using var claimed = await SendAsync(stranger, HttpMethod.Get, "203.0.113.9");
        Assert.Equal(HttpStatusCode.BadRequest, claimed.StatusCode);
    }

    [Fact]
    public async Task One_visitors_attempts_do_not_use_up_anothers()
    {
        using var proxy = From("127.0.0.1");
        var refused = false;
        for (var i = 0; i < 200 && !refused; i++)
        {
            using var reply = await SendAsync(proxy, HttpMethod.Post, "203.0.113.66");
            refused = reply.StatusCode == HttpStatusCode.TooManyRequests;
        }
        Assert.True(refused);
        using var other = await SignInAsync(proxy, "203.0.113.9", "manager", RunningConsole.Password);
        Assert.Equal(HttpStatusCode.Found, other.StatusCode);
    }

    [Theory]
    [InlineData("console.example", null, "PublicUrl is 'console.example'")]
    [InlineData("https://console.example/a2a", null, "without a path")]
    [InlineData("https://console.example", null, "knows no proxy")]
    [InlineData("https://console.example", "proxy.example", "KnownProxies has 'proxy.example'")]
    public void What_cannot_work_is_refused_at_the_start(string url, string? proxy, string expected)
    {
        var settings = new Dictionary<string, string?> { ["PublicUrl"] = url };
        if (proxy is not null)
            settings["KnownProxies:0"] = proxy;
        var web = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        Assert.Contains(expected, Assert.Throws<FormatException>(() => PublicAddress.Read(web, "http://localhost:5080")).Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient proxy, string visitor, string name, string password)
    {
        using var page = await SendAsync(proxy, HttpMethod.Get, visitor);
        var form = page.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("a2aconsole.form=", StringComparison.Ordinal));
        Assert.Contains("; secure", form, StringComparison.OrdinalIgnoreCase);
        var hidden = Hidden().Matches(await page.Content.ReadAsStringAsync()).Select(m => new KeyValuePair<string, string>(m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value)));
        return await SendAsync(proxy, HttpMethod.Post, visitor, content: new FormUrlEncodedContent([.. hidden, new("userName", name), new("password", password)]), cookie: form.Split(';')[0]);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient from, HttpMethod method, string visitor, string scheme = "https", HttpContent? content = null, string? cookie = null)
    {
        using var request = new HttpRequestMessage(method, "/account/sign-in") { Content = content, Headers = { { "X-Forwarded-For", visitor }, { "X-Forwarded-Proto", scheme }, { "X-Forwarded-Host", "console.example" } } };
        request.Headers.Accept.ParseAdd("text/html");
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        return await from.SendAsync(request);
    }

    private HttpClient From(string address) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = _console.Address };

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""")]
    private static partial Regex Hidden();
}
