using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace A2AConsole.Cli.Bench.Proxy;

/// <summary>
/// What stands beside the gateway in a comparison, over mutual TLS, each in a process of its own: an agent that does nothing but answer, and a
/// proxy (YARP's forwarder) that does nothing but pass on.
/// </summary>
internal static class BenchPeer
{
    private static readonly byte[] Answer = """{"jsonrpc":"2.0","id":1,"result":{"task":{"id":"t-1","contextId":"c-1","status":{"state":"TASK_STATE_COMPLETED"}}}}"""u8.ToArray();

    /// <summary>What a whole answer holds.</summary>
    public static ReadOnlySpan<byte> Done => "TASK_STATE_COMPLETED"u8;

    /// <summary>Between the first event of a stream and its last: longer than anything that would have to wait for the whole.</summary>
    public static TimeSpan StreamLength { get; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Serves until cancelled; says its address first.</summary>
    /// <param name="pkcs12">The certificate that it shows, and uses towards <paramref name="to"/>.</param>
    /// <param name="to">Where to pass requests on to; null: it answers them itself.</param>
    /// <param name="output">Gets the address, as a line.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(string pkcs12, Uri? to, TextWriter output, CancellationToken cancellationToken)
    {
        using var certificate = X509CertificateLoader.LoadPkcs12FromFile(pkcs12, null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.SslProtocols = SslProtocols.Tls13;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            // Handshakes are not measured: whom it lets in costs nothing here.
            https.ClientCertificateValidation = static (_, _, _) => true;
        })));
        await using var app = builder.Build();
        using var onward = Onward(certificate);
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var config = new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        app.Run(to is null ? AnswerAsync : async context => await forwarder.SendAsync(context, to.GetLeftPart(UriPartial.Authority), onward, config));
        await app.StartAsync(cancellationToken);
        await output.WriteLineAsync("Peer " + app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await output.FlushAsync(cancellationToken);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    private static HttpMessageInvoker Onward(X509Certificate2 certificate) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        SslOptions = new()
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificates = [certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
        },
    });

    private static async Task AnswerAsync(HttpContext context)
    {
        // As an agent would: the whole message is read before anything is answered.
        using var read = new MemoryStream();
        await context.Request.Body.CopyToAsync(read, context.RequestAborted);
        var response = context.Response;
        if (!read.GetBuffer().AsSpan(0, (int)read.Length).StartsWith(ProxyMessages.StreamStart))
        {
            response.ContentType = "application/json";
            response.ContentLength = Answer.Length;
            await response.Body.WriteAsync(Answer, context.RequestAborted);
            return;
        }
        response.ContentType = "text/event-stream";
        await response.Body.WriteAsync("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"statusUpdate\":{\"taskId\":\"t-1\",\"contextId\":\"c-1\",\"status\":{\"state\":\"TASK_STATE_WORKING\"}}}}\n\n"u8.ToArray(), context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(StreamLength, context.RequestAborted);
        await response.Body.WriteAsync((byte[])[.. "data: "u8, .. Answer, .. "\n\n"u8], context.RequestAborted);
    }
}
