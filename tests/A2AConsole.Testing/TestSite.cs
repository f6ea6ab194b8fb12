using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Ingest;
using A2AConsole.Trust;
using A2AConsole.Trust.Custody;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Testing;

/// <summary>How a <see cref="TestSite"/> differs from the default.</summary>
public sealed record TestSiteOptions
{
    public Action<DataOptions>? Data { get; init; }
    public Action<TrustOptions>? Trust { get; init; }
    public Action<IngestOptions>? Ingest { get; init; }
    /// <summary>Changes registrations after all others: to put a fake in a service's place.</summary>
    public Action<IServiceCollection>? Services { get; init; }
    /// <summary>Runs on the machine's clock, for peers that cannot be told the time.</summary>
    public bool RealTime { get; init; }
    /// <summary>Keeps keys in files, for a later process to open.</summary>
    public bool KeysInFiles { get; init; }
    /// <summary>The data directory; null: a temporary one, removed at the end.</summary>
    public string? Directory { get; init; }
    /// <summary>No edge listener.</summary>
    public bool WithoutEdge { get; init; }
}

/// <summary>
/// The store, the trust domain with its authority, and the edge, in this process on free ports, with a temporary directory and a
/// clock that the test moves. Tests say what they want (<see cref="EnrollAsync"/>), not how it is wired.
/// </summary>
public sealed class TestSite : IAsyncDisposable
{
    /// <summary>When the fake clock starts.</summary>
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly TestSiteOptions _options;
    private readonly bool _ownsDirectory;
    private readonly List<TestAgent> _agents = [];
    private readonly MemoryKeyCustody _keys = new();
    private IHost? _host;

    private TestSite(TestSiteOptions options)
    {
        _options = options;
        _ownsDirectory = options.Directory is null;
        Directory = options.Directory ?? System.IO.Directory.CreateTempSubdirectory("a2aconsole-test-").FullName;
        Time = options.RealTime ? TimeProvider.System : new FakeTimeProvider(Start);
    }

    /// <summary>Where everything is kept.</summary>
    public string Directory { get; }

    /// <summary>The site's clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The site's clock, to be moved. Throws when the site runs on the machine's.</summary>
    public FakeTimeProvider Clock => (FakeTimeProvider)Time;

    /// <summary>The edge's address.</summary>
    public Uri Edge => new(Get<EdgeAddresses>().All[0]);

    public ILedger Ledger => Get<ILedger>();
    public ILedgerReader Reader => Get<ILedgerReader>();
    public ITrustDomain Domain => Get<ITrustDomain>();
    public IAuthority Authority => Get<IAuthority>();

    /// <summary>Brings a site up.</summary>
    public static async Task<TestSite> StartAsync(TestSiteOptions? options = null)
    {
        var site = new TestSite(options ?? new());
        try
        {
            await site.UpAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>A service of the site.</summary>
    public T Get<T>() where T : notnull => (_host ?? throw new InvalidOperationException("The site is down.")).Services.GetRequiredService<T>();

    /// <summary>Reads or changes the model directly.</summary>
    public async Task<T> QueryAsync<T>(Func<ConsoleDbContext, Task<T>> query)
    {
        await using var scope = _host!.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<ConsoleDbContext>());
    }

    /// <summary>Stops everything and starts it again on the same directory. Connections of agents are renewed.</summary>
    public async Task RestartAsync()
    {
        await DownAsync();
        await UpAsync();
        foreach (var agent in _agents)
            agent.Reconnect();
    }

    /// <summary>Stops everything and lets go of the directory.</summary>
    public Task StopAsync() => DownAsync();

    /// <summary>Starts again after <see cref="StopAsync"/>.</summary>
    public Task ResumeAsync() => UpAsync();

    /// <summary>An identity of the site's trust domain.</summary>
    public string Identity(string name, string role = "planner", string environment = "test") => $"spiffe://{Domain.Name}/env/{environment}/role/{role}/agent/{name}";

    /// <summary>Invites and enrols an agent with a new key.</summary>
    public async Task<TestAgent> EnrollAsync(string name, string role = "planner", string environment = "test")
    {
        var id = Identity(name, role, environment);
        var token = await Authority.InviteAsync(new AgentInvitation(id, "Acme", null, RiskTier.Low) { MakesEntry = true }, "user:test");
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var result = await Authority.EnrollAsync(request.CreateSigningRequest(), token.Text, "127.0.0.1");
        if (result.Certificate is not { } issued)
            throw new InvalidOperationException("The authority refused: " + result.Refusal);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der);
        return Adopt(id, key, certificate.CopyWithPrivateKey(key), Domain.Intermediates);
    }

    /// <summary>
    /// An agent whose certificate our issuing CA signed past all of the authority's rules: what a stolen CA key or a fault of ours
    /// would make. <paramref name="extensions"/> null: those of a proper SVID.
    /// </summary>
    public TestAgent Forge(string name, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, IEnumerable<X509Extension>? extensions = null, byte[]? serial = null)
    {
        var id = Identity(name);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = Domain.Intermediates[0];
        var custody = Get<IKeyCustody>().GetOrCreate("issuing", KeyKind.EcdsaP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions ?? SvidExtensions([id]))
            request.CertificateExtensions.Add(extension);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        var now = Time.GetUtcNow();
        if (serial is null)
        {
            serial = RandomNumberGenerator.GetBytes(16);
            serial[0] = (byte)(serial[0] & 0x7F | 0x01);
        }
        using var certificate = request.Create(issuer.SubjectName, new CustodySignatureGenerator(custody),
            notBefore ?? now.AddMinutes(-1), notAfter ?? now.AddMinutes(59), serial);
        return Adopt(id, key, certificate.CopyWithPrivateKey(key), Domain.Intermediates);
    }

    /// <summary>The extensions of an SVID for these URIs.</summary>
    public static IReadOnlyList<X509Extension> SvidExtensions(IEnumerable<string> uris, bool ca = false)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var uri in uris)
            names.AddUri(new Uri(uri));
        return
        [
            names.Build(),
            new X509BasicConstraintsExtension(ca, false, 0, true),
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true),
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false),
        ];
    }

    /// <summary>An agent with a certificate that the test made itself.</summary>
    public TestAgent Adopt(string spiffeId, ECDsa key, X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        var agent = new TestAgent(this, spiffeId, key, certificate, chain);
        _agents.Add(agent);
        return agent;
    }

    /// <summary>
    /// A client that trusts this site's domain only, at the site's time; with a client certificate or without one. HTTP/2 unless
    /// told otherwise.
    /// </summary>
    public HttpClient Connect(X509Certificate2? certificate, X509Certificate2Collection? chain = null, Version? version = null, SslProtocols protocols = SslProtocols.None)
    {
        var tls = TestTls.Client(certificate, chain, Domain.Roots, Time);
        tls.EnabledSslProtocols = protocols;
        return TestTls.Connect(Edge, tls, version);
    }

    /// <summary>Every leaf of the ledger.</summary>
    public async Task<IReadOnlyList<byte[]>> LeafBytesAsync()
    {
        const int most = 10_000;
        var all = new List<byte[]>();
        while (await Reader.LeavesAsync(all.Count, most) is { Count: > 0 } some)
            all.AddRange(some);
        return all;
    }

    /// <summary>Every leaf of the ledger, decoded.</summary>
    public async Task<IReadOnlyList<LedgerLeaf>> LeavesAsync() => [.. (await LeafBytesAsync()).Select(l => LeafReader.Parse(l))];

    /// <summary>The first leaf of a kind, as soon as it is on the ledger.</summary>
    public Task<LedgerLeaf> LeafAsync(Func<LedgerLeaf, bool> isIt) => Ledger.FindAsync(async () => (await LeavesAsync()).FirstOrDefault(isIt));

    public async ValueTask DisposeAsync()
    {
        _agents.ForEach(a => a.Dispose());
        await DownAsync();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task UpAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        var services = builder.Services;
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton(Time);
        services.AddConsoleData(o =>
        {
            o.SqlitePath = Path.Combine(Directory, "a2aconsole.db");
            _options.Data?.Invoke(o);
        });
        if (_options.KeysInFiles)
        {
            var keys = new PlainKeyCustody(Path.Combine(Directory, "plain-keys"));
            services.AddSingleton<IKeyCustody>(keys);
            services.AddSingleton<ITlsKeyStore>(keys);
        }
        else
        {
            services.AddSingleton<IKeyCustody>(_keys);
            services.AddSingleton<ITlsKeyStore>(_keys);
        }
        services.AddTrust(o =>
        {
            o.KeyDirectory = Path.Combine(Directory, "keys");
            o.AuthorityUrl = "https://localhost:0";
            // Tests inspect when they want to: what they count on the ledger is their own.
            o.InspectionInterval = TimeSpan.Zero;
            _options.Trust?.Invoke(o);
        });
        if (!_options.WithoutEdge)
        {
            services.AddIngest(o =>
            {
                o.Urls = ["https://localhost:0"];
                _options.Ingest?.Invoke(o);
            });
        }
        _options.Services?.Invoke(services);
        _host = builder.Build();
        await _host.StartAsync();
    }

    private async Task DownAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is not { } host)
            return;
        using (host)
        {
            try
            {
                await host.StopAsync(TimeSpan.FromSeconds(20));
            }
            catch (ArgumentNullException)
            {
                // A host whose services could not even be made has nothing to stop.
            }
        }
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
