using A2AConsole.Core.Crypto;
using A2AConsole.Data.Ledger;
using A2AConsole.Ingest.A2A;
using A2AConsole.Ingest.Deciding;
using A2AConsole.Ingest.Events;
using A2AConsole.Policy.AuthZen;
using A2AConsole.Trust;
using A2AConsole.Trust.Algorithms;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.Edge;

/// <summary>
/// The edge: a Kestrel host of its own within the process. It shares with the main host only what is named here, so no console
/// endpoint, cookie or middleware can appear on the agents' port, nor the other way round.
/// </summary>
internal sealed class EdgeHost(IServiceProvider services, EdgeAddresses addresses, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("A2AConsole.Ingest.Edge");
    private WebApplication? _app;
    private ConnectionRefusals? _refusals;
    private EdgePeers? _peers;

    /// <summary>Listens. Throws <see cref="IngestStartupException"/> when an address cannot be had.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<IngestOptions>();
        if ((options.Limits.Validate() ?? options.A2A.Validate()) is { } wrong)
            throw new IngestStartupException($"The edge cannot start: {IngestOptions.Section}: {wrong}");
        var ledger = services.GetRequiredService<ILedger>();
        var time = services.GetRequiredService<TimeProvider>();
        var metrics = services.GetRequiredService<IngestMetrics>();
        _peers = new EdgePeers(services.GetRequiredService<IStandings>(), services.GetRequiredService<AlgorithmPolicySource>(), services.GetRequiredService<EdgeConnections>(), time);
        metrics.ObserveConnections(() => _peers?.Count ?? 0);
        _refusals = new ConnectionRefusals(ledger, time, options, metrics, loggers.CreateLogger<ConnectionRefusals>());
        var tls = new EdgeTls(services.GetRequiredService<ITrustDomain>(), services.GetRequiredService<SvidGate>(), _peers, _refusals, options);

        // An empty builder reads no configuration, environment or files: nothing from outside can add a listener or a certificate.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(ledger);
        builder.Services.AddSingleton(services.GetRequiredService<ILedgerReader>());
        builder.Services.AddSingleton(services.GetRequiredService<ILedgerHealth>());
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(metrics);
        builder.Services.AddSingleton(_peers);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(services.GetRequiredService<EventChecks>());
        builder.Services.AddSingleton(services.GetRequiredService<AlgorithmUsage>());
        builder.Services.AddSingleton(services.GetRequiredService<AlgorithmPolicySource>());
        builder.Services.AddSingleton(services.GetRequiredService<EventDecisions>());
        builder.Services.AddSingleton<EventsEndpoint>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options, tls));

        _app = builder.Build();
        var notice = new BundleNotice(services.GetRequiredService<ITrustDomain>());
        _app.Use(notice.HandleAsync);
        _app.Use(EdgeRequests.HandleAsync);
        if (options.AuthZenCallers.Count > 0)
            _app.Use(new AuthZenDoor(options.AuthZenCallers).HandleAsync);
        _app.UseRouting();
        _app.MapPost("/v1/events", static context => context.RequestServices.GetRequiredService<EventsEndpoint>().HandleAsync(context));
        _app.MapGet("/v1/messages/{id}/decision", services.GetRequiredService<DecisionEndpoint>().HandleAsync);
        _app.MapGet("/v1/whoami", WhoamiEndpoint.HandleAsync);
        _app.MapGet("/healthz", EdgeHealth.HandleAsync);
        _app.MapLedger();
        var gateway = services.GetRequiredService<A2AEndpoint>();
        if (gateway.IsUsed)
            _app.Map("/a2a/{**path}", (RequestDelegate)gateway.HandleAsync);
        if (options.AuthZenCallers.Count > 0)
            _app.MapAuthZen(services.GetRequiredService<ActiveDecider>(), services.GetRequiredService<EdgeFacts>());
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new IngestStartupException(
                $"The edge cannot listen on {string.Join(", ", options.Urls)} ({(e.InnerException is AddressInUseException ? "the address is in use" : e.Message)}); choose another address with --edge-urls.", e);
        }
        addresses.Set([.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses]);
        _logger.LogInformation("The edge listens on {Addresses}", string.Join(", ", addresses.All));
    }

    /// <summary>Stops taking requests, lets those under way end, and writes what was counted of refused connections.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
            await _app.StopAsync(cancellationToken);
        await DisposeAsync();
    }

    /// <summary>Lets go of the listener, also when the host never came up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
            await app.DisposeAsync();
        if (Interlocked.Exchange(ref _refusals, null) is { } refusals)
            await refusals.DisposeAsync();
        Interlocked.Exchange(ref _peers, null)?.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, IngestOptions options, EdgeTls tls)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = options.MaxRequestBytes;
        limits.RequestHeadersTimeout = options.RequestHeadersTimeout;
        limits.KeepAliveTimeout = options.KeepAliveTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(options.MinBodyBytesPerSecond, options.MinBodyGracePeriod);
        limits.MinResponseDataRate = new MinDataRate(options.MinBodyBytesPerSecond, options.MinBodyGracePeriod);
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 50;
        // A post of 100 events is about 120 KiB: several must fit the window, or each waits for a round trip in its middle.
        limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromMinutes(1);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        foreach (var url in options.Urls)
            kestrel.ListenAt(url, tls.Configure);
    }
}
