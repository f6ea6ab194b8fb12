using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Identity;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Testing;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Life;
using A2AConsole.Trust.Listening;
using A2AConsole.Trust.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Trust.Tests;

/// <summary>The authority as it runs: real listener, real database, real keys, in a directory of its own; only the clock is ours.</summary>
internal sealed class AuthorityHost : IAsyncDisposable
{
    public const string AgentId = "spiffe://acme.test/env/test/role/planner/agent/p-1";

    private readonly string _directory;
    private readonly bool _ownsDirectory;
    private readonly IHost _host;

    private AuthorityHost(string? directory, FakeTimeProvider time, MemoryKeyCustody? custody, Action<TrustOptions>? configure, Action<IServiceCollection>? services)
    {
        _ownsDirectory = directory is null;
        _directory = directory ?? Directory.CreateTempSubdirectory("a2a-authority-").FullName;
        Time = time;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddConsoleData(o => o.SqlitePath = Path.Combine(_directory, "a2aconsole.db"));
        var store = builder.Services.Last(d => d.ServiceType == typeof(ILedger));
        builder.Services.Remove(store);
        builder.Services.AddSingleton(s => new ObservedLedger((ILedger)store.ImplementationFactory!(s)));
        builder.Services.AddSingleton<ILedger>(s => s.GetRequiredService<ObservedLedger>());
        if (custody is not null)
        {
            builder.Services.AddSingleton<IKeyCustody>(custody);
            builder.Services.AddSingleton<ITlsKeyStore>(custody);
        }
        builder.Services.AddTrust(o =>
        {
            o.TrustDomain = "acme.test";
            o.KeyDirectory = Path.Combine(_directory, "keys");
            o.KeyPassphrase = "correct horse";
            o.AuthorityUrl = "https://127.0.0.1:0";
            o.InspectionInterval = TimeSpan.Zero;
            configure?.Invoke(o);
        });
        services?.Invoke(builder.Services);
        _host = builder.Build();
    }

    /// <summary>Starts with keys in memory.</summary>
    public static Task<AuthorityHost> StartAsync(Action<TrustOptions>? configure = null, Action<IServiceCollection>? services = null)
        => StartAsync(null, new MemoryKeyCustody(), configure, services);

    /// <summary>Starts with the custody that the settings name, in a directory of its own.</summary>
    public static Task<AuthorityHost> StartOnFilesAsync(Action<TrustOptions> configure) => StartAsync(null, null, configure, null);

    /// <summary>Starts with key files, in a directory that outlives the host.</summary>
    public static Task<AuthorityHost> StartInAsync(string directory, Action<TrustOptions>? configure = null) => StartAsync(directory, null, configure, null);

    /// <summary>Starts in a directory that outlives the host, with keys in memory that do so, too: quick.</summary>
    public static Task<AuthorityHost> StartInAsync(string directory, MemoryKeyCustody custody, Action<TrustOptions>? configure = null, FakeTimeProvider? time = null)
        => StartAsync(directory, custody, configure, services: null, time);

    private static async Task<AuthorityHost> StartAsync(
        string? directory, MemoryKeyCustody? custody, Action<TrustOptions>? configure, Action<IServiceCollection>? services, FakeTimeProvider? time = null)
    {
        var host = new AuthorityHost(directory, time ?? new FakeTimeProvider(DateTimeOffset.UtcNow), custody, configure, services);
        try
        {
            await host._host.StartAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public FakeTimeProvider Time { get; }
    public LogLines Log { get; } = new();
    public ObservedLedger Ledger => _host.Services.GetRequiredService<ObservedLedger>();
    public ITrustDomain Domain => _host.Services.GetRequiredService<ITrustDomain>();
    public IAuthority Authority => _host.Services.GetRequiredService<IAuthority>();
    public IRegistrations Registrations => _host.Services.GetRequiredService<IRegistrations>();
    public EntryBook Book => _host.Services.GetRequiredService<EntryBook>();
    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();
    public SvidGate Gate => _host.Services.GetRequiredService<SvidGate>();
    public IStandings Standings => _host.Services.GetRequiredService<IStandings>();
    public IAgentLife Life => _host.Services.GetRequiredService<IAgentLife>();
    public Uri Address => new(_host.Services.GetRequiredService<AuthorityListener>().Addresses[0]);

    /// <summary>A join token for <see cref="AgentId"/> or another agent.</summary>
    public async Task<string> InviteAsync(string id = AgentId)
        => (await Authority.InviteAsync(new AgentInvitation(id, "Acme", null, RiskTier.Medium) { MakesEntry = true }, "user:admin")).Text;

    /// <summary>A client that trusts this domain's roots only, and shows a certificate when given one.</summary>
    public HttpClient Client(X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, 
            VerificationTime = Time.GetUtcNow().UtcDateTime, VerificationTimeIgnored = false,
        } } };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(Domain.Roots);
        if (certificate is not null)
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, Domain.Intermediates, offline: true);
        return new HttpClient(handler) { BaseAddress = Address };
    }

    public async Task<HttpResponseMessage> EnrollAsync(string token, string csr)
    {
        using var client = Client();
        return await client.PostAsJsonAsync("/v1/enroll", new { token, csr });
    }

    public async Task<HttpResponseMessage> RenewAsync(X509Certificate2? certificate, string csr)
    {
        using var client = Client(certificate);
        return await client.PostAsJsonAsync("/v1/renew", new { csr });
    }

    /// <summary>Enrols an agent with a new key and returns its certificate with that key.</summary>
    public async Task<X509Certificate2> EnrolledAsync(string id = AgentId)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var response = await EnrollAsync(await InviteAsync(id), Csr.Pem(key));
        using var body = await response.Content.ReadFromJsonAsync<JsonDocument>();
        using var certificate = X509Certificate2.CreateFromPem(body!.RootElement.GetProperty("certificateChain").GetString());
        return certificate.CopyWithPrivateKey(key);
    }

    public async Task<T> QueryAsync<T>(Func<ConsoleDbContext, Task<T>> query)
    {
        await using var context = await _host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        return await query(context);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        if (_ownsDirectory)
            Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>Collects what was logged, as "Level: message".</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
