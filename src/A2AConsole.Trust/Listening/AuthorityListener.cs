using A2AConsole.Trust.Outage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Listening;

/// <summary>
/// The authority's own Kestrel host. It shares with the rest of the process only what it is given here: no console endpoint,
/// cookie or setting can appear on its port.
/// </summary>
public sealed class AuthorityListener : IHostedService, IAsyncDisposable
{
    // Evidence brings event logs and certificate chains along.
    private const int MaxRequestSize = 256 * 1024;
    // An answer takes a signature and up to sixteen look-ups, and anybody may ask.
    private const int MaxStatusAtOnce = 64;
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<Action<IEndpointRouteBuilder>> _endpoints;
    private readonly ITrustDomain _domain;
    private readonly IAuthorityProbe _probe;
    private readonly TrustOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private WebApplication? _app;

    /// <summary>Takes what it serves.</summary>
    public AuthorityListener(IReadOnlyList<Action<IEndpointRouteBuilder>> endpoints, ITrustDomain domain, IAuthorityProbe probe, TrustOptions options, ILoggerFactory loggers)
    {
        _endpoints = endpoints;
        _domain = domain;
        _probe = probe;
        _options = options;
        _loggers = loggers;
        _logger = loggers.CreateLogger<AuthorityListener>();
    }

    /// <summary>Where it listens, as <c>https://host:port</c> with real ports; empty before it does.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>Listens. Throws <see cref="TrustStartupException"/> when the address cannot be had.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _app = Build();
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            var why = e.InnerException is AddressInUseException ? "another program uses that port" : e.Message;
            throw new TrustStartupException($"The authority cannot listen on {_options.AuthorityUrl}: {why}. Stop the other program or choose another address with --authority-urls.", e);
        }
        // localhost is in the server certificate whichever loopback address was bound.
        Addresses = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(a => a.Replace("127.0.0.1", "localhost", StringComparison.Ordinal).Replace("[::1]", "localhost", StringComparison.Ordinal)).Distinct()];
        _options.BoundAuthorityUrl = ReachableAddress.Of(Addresses[0], _options.ServerNames);
        _logger.LogInformation("The authority listens on {Addresses}", string.Join(", ", Addresses));
    }

    /// <summary>Stops taking requests and lets those under way end.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _app = null;
    }

    private WebApplication Build()
    {
        // An empty builder reads no configuration, environment or file: nothing from outside can add a listener or a certificate.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(_loggers);
        builder.Services.AddLogging();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Configure);

        var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = AnswerFailureAsync });
        app.UseStatusCodePages(context => Problem.WriteAsync(context.HttpContext, RefusalOf(context.HttpContext.Response.StatusCode)));
        app.Use(new IssuanceLoad(_options.MaxIssuancesAtOnce).HandleAsync);
        app.Use(new IssuanceLoad(MaxStatusAtOnce, ofStatus: true).HandleAsync);
        app.Use(AnswerHealthAsync);
        app.UseRouting();
        foreach (var map in _endpoints)
            map(app);
        return app;
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = MaxRequestSize;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 50;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        // A request is a few kilobytes. Who needs longer holds one of the places for issuance on purpose: that shall cost a stranger
        // megabytes a second, not kilobytes.
        limits.MinRequestBodyDataRate = new MinDataRate(16 * 1024, TimeSpan.FromSeconds(3));
        limits.MinResponseDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(3));
        limits.MaxConcurrentConnections = 2_000;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.Http2.MaxStreamsPerConnection = 20;
        // Any certificate passes the handshake: it proves the key, and the endpoint can then say what is wrong with it.
        kestrel.ListenAt(_options.AuthorityUrl, listen => listen.UseTls(_domain, HandshakeTimeout, judge: _ => true));
    }

    // Listening is not enough: a custody that cannot sign issues nothing.
    private async Task AnswerHealthAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path == "/healthz" && await _probe.LookAsync(context.RequestAborted) is not null)
            await Problem.WriteAsync(context, Refusals.CustodyUnavailable());
        else
            await next(context);
    }

    private Task AnswerFailureAsync(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (error is Microsoft.AspNetCore.Http.BadHttpRequestException bad)
            return Problem.WriteAsync(context, RefusalOf(bad.StatusCode));
        _logger.LogError(error, "A request to {Path} failed", context.Request.Path);
        if (error is TrustStartupException or System.Security.Cryptography.CryptographicException)
            return Problem.WriteAsync(context, Refusals.CustodyUnavailable());
        return Problem.WriteAsync(context, new AuthorityRefusal("internal-error", 500, "The authority failed; nothing was issued. The failure is in its log."));
    }

    private static AuthorityRefusal RefusalOf(int status) => status switch
    {
        404 => new("not-found", status, "There is nothing here: the authority has POST /v1/attest, POST /v1/enroll, POST /v1/renew, GET /v1/bundle, GET /v1/bundle.json, GET /v1/attestation-keys, EST under /.well-known/est, and GET /healthz."),
        405 => new("method-not-allowed", status, "This address does not take that method; the Allow header names those it takes."),
        408 => new("request-timeout", status, "The request came too slowly."),
        413 => Refusals.RequestTooLarge(),
        415 => Refusals.MediaTypeUnsupported(),
        _ => new("request-refused", status, "The request was refused."),
    };
}
