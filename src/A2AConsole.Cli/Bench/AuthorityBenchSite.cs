using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Ingest;
using A2AConsole.Trust;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Listening;
using A2AConsole.Trust.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Cli.Bench;

/// <summary>Store, authority and edge in this process, with real listeners: the load shares the cores with them, as on any small machine.</summary>
internal sealed class AuthorityBenchSite : IAsyncDisposable
{
    private readonly IHost _host;

    private AuthorityBenchSite(IHost host) => _host = host;

    public Uri Authority => new(Get<AuthorityListener>().Addresses[0]);

    public Uri Edge => new(Get<EdgeAddresses>().All[0]);

    /// <summary>Makes trust domain and database, and stores certificates to revoke.</summary>
    public static async Task PrepareAsync(string directory, int crowd, CancellationToken cancellationToken)
    {
        string issuer;
        await using (var site = await StartAsync(directory, cancellationToken))
            issuer = site.Get<ISvidIssuer>().Issuers.Single(i => i.State == AnchorState.Active).KeyId;
        Crowd.Add(Path.Combine(directory, "a2aconsole.db"), crowd, BenchSite.TrustDomain, issuer, DateTimeOffset.UtcNow);
    }

    public static async Task<AuthorityBenchSite> StartAsync(string directory, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddConsoleData(o => o.SqlitePath = Path.Combine(directory, "a2aconsole.db"));
        builder.Services.AddTrust(o =>
        {
            // What is measured is not this.
            o.InspectionInterval = TimeSpan.Zero;
            // The same request is posted again and again, from the same certificate.
            o.RenewalOverlap = TimeSpan.FromDays(1);
            o.TrustDomain = BenchSite.TrustDomain;
            o.KeyDirectory = Path.Combine(directory, "keys");
            o.AuthorityUrl = "https://localhost:0";
        });
        builder.Services.AddIngest(o => o.Urls = ["https://localhost:0"]);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new AuthorityBenchSite(host);
    }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Invites and enrols agents, side by side.</summary>
    public async Task<List<BenchAgent>> EnrolAsync(string role, int count, CancellationToken cancellationToken)
    {
        await Get<IRegistrations>().CreateAsync(BenchSite.EntryOf(role), "user:bench", cancellationToken: cancellationToken);
        var agents = new BenchAgent[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellationToken },
            async (i, _) => agents[i] = await BenchSite.EnrollAsync(_host.Services, role, i, cancellationToken));
        return [.. agents];
    }

    /// <summary>Renews without a connection: what TLS would have proven is given.</summary>
    public static Task<IssuanceResult> RenewAsync(IAuthority authority, BenchAgent agent, byte[] request, CancellationToken cancellationToken)
        => authority.RenewAsync(agent.Certificate, request, "127.0.0.1", cancellationToken);

    /// <summary>A client of the authority that shows no certificate.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { Get<ITrustDomain>().Roots[0] } },
        },
    })
    {
        DefaultRequestVersion = HttpVersion.Version20,
    };

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }
}
