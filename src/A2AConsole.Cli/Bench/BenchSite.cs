using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Users;
using A2AConsole.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Cli.Bench;

/// <summary>A sending agent of the benchmark: its identity, key, and TLS certificate.</summary>
internal sealed record BenchAgent(int Number, SpiffeId Id, string Serial, EcdsaSigningKey Key, X509Certificate2 Certificate, X509Certificate2Collection Roots);

/// <summary>
/// Makes a data directory ready before the server starts: a trust domain, enrolled agents, and (by the real writer) as many stored
/// events as asked for. Only the server's own code writes; the benchmark adds no way in.
/// </summary>
internal static class BenchSite
{
    public const string TrustDomain = "bench.example";

    public static Task<IReadOnlyList<BenchAgent>> PrepareAsync(string directory, int agents, long rows, Action<string> progress, CancellationToken cancellationToken)
    {
        progress($"enrolling {agents} agents");
        return WithAsync(directory, agents, async (services, enrolled) =>
        {
            if (rows > 0)
                await Backlog.WriteAsync(services.GetRequiredService<ILedger>(), enrolled, rows, progress, cancellationToken);
            return enrolled;
        }, cancellationToken);
    }

    /// <summary>Starts store and authority in this process, enrols agents, and stops when the work with them is done.</summary>
    public static async Task<T> WithAsync<T>(string directory, int agents, Func<IServiceProvider, IReadOnlyList<BenchAgent>, Task<T>> work, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddConsoleData(o => o.SqlitePath = Path.Combine(directory, "a2aconsole.db"));
        builder.Services.AddTrust(o =>
        {
            // What is measured is not this.
            o.InspectionInterval = TimeSpan.Zero;
            o.TrustDomain = TrustDomain;
            o.KeyDirectory = Path.Combine(directory, "keys");
            o.AuthorityEnabled = false;
        });
        builder.Services.AddSingleton<ConsoleUsers>();
        builder.Services.AddSingleton<ApiTokens>();
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);

        await host.Services.GetRequiredService<IRegistrations>().CreateAsync(EntryOf("sender"), "user:bench", cancellationToken: cancellationToken);
        var enrolled = new List<BenchAgent>();
        for (var i = 0; i < agents; i++)
            enrolled.Add(await EnrollAsync(host.Services, "sender", i, cancellationToken));
        var result = await work(host.Services, enrolled);
        await host.StopAsync(cancellationToken);
        return result;
    }

    /// <summary>Allows every agent of a role, on a join token, certificates of an hour.</summary>
    public static EntryTerms EntryOf(string role) => new()
    {
        Environment = "test", Role = role, Name = EntryTerms.EveryName, Organisation = "Benchmark", Tier = RiskTier.Low,
        Lifetime = LifetimeRule.EntryLifetimeFor(TimeSpan.FromHours(1)),
        KeyAlgorithms = [AlgorithmRegistry.Default.Id],
        Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
    };

    /// <summary>Invites and enrols one agent.</summary>
    public static async Task<BenchAgent> EnrollAsync(IServiceProvider services, string role, int index, CancellationToken cancellationToken)
    {
        var id = SpiffeId.Create(TrustDomain, "test", role, $"{role}-{index}");
        var authority = services.GetRequiredService<IAuthority>();
        var token = await authority.InviteAsync(new(id.Text, "Benchmark", null, RiskTier.Low), "user:bench", cancellationToken);
        var key = SigningKey.Generate();
        var request = new CertificateRequest("CN=bench", key.Key, HashAlgorithmName.SHA256);
        var result = await authority.EnrollAsync(request.CreateSigningRequest(), token.Text, "127.0.0.1", cancellationToken);
        if (result.Certificate is not { } issued)
            throw new InvalidOperationException($"the authority refused: {result.Refusal}");

        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(issued.ChainPem);
        using var leaf = chain[0].CopyWithPrivateKey(key.Key);
        // A certificate for TLS on every platform: through PKCS#12.
        var certificate = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
        var number = services.GetRequiredService<IAgentDirectory>().NumberOf(id.Text)
            ?? throw new InvalidOperationException("the enrolled agent is unknown");
        return new(number, id, issued.Serial, key, certificate, services.GetRequiredService<ITrustDomain>().Roots);
    }

    /// <summary>The business body of the benchmark's events, a valid <c>demand.signal</c>; <paramref name="n"/> varies it.</summary>
    public static byte[] Data(long n) => Encoding.UTF8.GetBytes(
        $$"""{"signalId":"s-{{n}}","gtin":"{{n % 100_000_000_000_000:00000000000000}}","site":"4012345000009","week":"2026-W{{n % 52 + 1:00}}","qty":{"value":"{{n % 5000}}","uom":"EA"},"source":"pos"}""");
}
