using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.Tests.A2A;

/// <summary>An agent behind the gateway, in this process: answers what it is told to, and keeps what it was sent.</summary>
internal sealed class UpstreamAgent : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UpstreamAgent(WebApplication app) => _app = app;

    /// <summary>What came: method, path with query, headers, body, and the client certificate's URI name.</summary>
    public ConcurrentQueue<(string Method, string Target, IHeaderDictionary Headers, string Body, string Client)> Requests { get; } = new();

    /// <summary>Answers a request.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = static context => context.Response.WriteAsJsonAsync(new { jsonrpc = "2.0", id = 1, result = new { task = new { id = "t-1" } } });

    /// <summary>Its card, or null: it has none.</summary>
    public byte[]? Card { get; set; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Listens as an agent of the site.</summary>
    public static async Task<UpstreamAgent> StartAsync(TestAgent identity)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = identity.Certificate;
            https.ServerCertificateChain = identity.Chain;
            https.SslProtocols = SslProtocols.Tls13;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = static (_, _, _) => true;
        })));
        var agent = new UpstreamAgent(builder.Build());
        agent._app.Run(agent.HandleAsync);
        await agent._app.StartAsync();
        return agent;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/.well-known/agent-card.json")
        {
            context.Response.StatusCode = Card is null ? 404 : 200;
            await context.Response.Body.WriteAsync(Card ?? []);
            return;
        }
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase));
        var names = context.Connection.ClientCertificate!.Extensions.Single(e => e.Oid!.Value == "2.5.29.17");
        Requests.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body, names.Format(false)));
        await Answer(context);
    }
}
