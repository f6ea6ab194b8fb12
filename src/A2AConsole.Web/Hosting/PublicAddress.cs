using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace A2AConsole.Web.Hosting;

/// <summary>
/// How people reach the console when a reverse proxy stands before it: <c>Web:PublicUrl</c>, and <c>Web:KnownProxies</c>, whose word
/// on the visitor's address and scheme is taken. Nobody else's is: an address that a stranger can write is no address.
/// </summary>
public sealed class PublicAddress
{
    private readonly IReadOnlyList<IPNetwork> _proxies;

    private PublicAddress(Uri? url, IReadOnlyList<IPNetwork> proxies) => (Url, _proxies) = (url, proxies);

    /// <summary>The address that people open; null when it is the listening one.</summary>
    public Uri? Url { get; }

    /// <summary>Whether the console is for encrypted connections only.</summary>
    public bool IsSecure => Url?.Scheme == Uri.UriSchemeHttps;

    /// <summary>The origin at which people use the console: what a passkey signs for.</summary>
    public string OriginOf(HttpContext context) => (Url ?? new Uri($"{context.Request.Scheme}://{context.Request.Host}")).GetLeftPart(UriPartial.Authority);

    /// <summary>The relying party of passkeys: the origin's host.</summary>
    public string RelyingPartyOf(HttpContext context) => Url?.Host ?? context.Request.Host.Host;

    /// <summary>Reads section <c>A2AConsole:Web</c>. <paramref name="listening"/>: the addresses of the console itself. Throws <see cref="FormatException"/>.</summary>
    public static PublicAddress Read(IConfiguration web, string listening)
    {
        Uri? url = null;
        if (web["PublicUrl"] is { Length: > 0 } text
            && (!Uri.TryCreate(text, UriKind.Absolute, out url) || url.Scheme is not ("https" or "http") || url.PathAndQuery != "/"))
            throw new FormatException($"A2AConsole:Web:PublicUrl is '{text}'; right is the address that people open, without a path, like https://console.example.");
        var proxies = web.GetSection("KnownProxies").GetChildren().Select(c => c.Value ?? "").Select(Network).ToArray();
        if (url?.Scheme == Uri.UriSchemeHttps && proxies.Length == 0 && !listening.Contains("https://", StringComparison.OrdinalIgnoreCase))
            throw new FormatException("A2AConsole:Web:PublicUrl is https while the console listens on plain http and knows no proxy: name the proxy's address in A2AConsole:Web:KnownProxies, or give --urls an https:// address.");
        return new(url, proxies);
    }

    /// <summary>Takes visitor, scheme and host from known proxies, and answers nothing over a connection that is not encrypted when people use an encrypted one.</summary>
    internal void Use(WebApplication app)
    {
        if (_proxies.Count > 0)
        {
            var options = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
                // From the nearest on as far as proxies are known; what the first unknown one says is not read.
                ForwardLimit = null,
            };
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in _proxies)
                options.KnownIPNetworks.Add(proxy);
            if (Url is not null)
                options.AllowedHosts = [Url.Host];
            app.UseForwardedHeaders(options);
        }
        if (!IsSecure)
            return;
        app.UseHsts();
        app.Use(async (context, next) =>
        {
            if (context.Request.IsHttps)
            {
                await next();
                return;
            }
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"The console is at {Url} and answers over https only. Its proxy has to be named in Web:KnownProxies and to send X-Forwarded-For and X-Forwarded-Proto.\n");
        });
    }

    // A single address is a network of one.
    private static IPNetwork Network(string text)
        => IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out var network) ? network
            : throw new FormatException($"A2AConsole:Web:KnownProxies has '{text}'; right is an address or a network, like 10.0.0.5 or 10.0.0.0/24.");
}
