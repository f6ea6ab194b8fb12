using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Trust;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Cli.Bench;

/// <summary>What to measure.</summary>
internal sealed record AuthorityBenchOptions(int Seconds, int Agents, int Connections, int InFlight);

/// <summary>
/// Measures the authority: issuance against the bare arithmetic and against cfssl, in turns, so that a machine whose speed drifts does
/// not spoil the ratios; re-enrolment of a fleet under load; revocation of live connections; OCSP.
/// </summary>
internal sealed class AuthorityBench(AuthorityBenchOptions options, Action<string> progress)
{
    private const int Rounds = 4;
    private const int Revocations = 100;
    private const int EventsARequest = 100;

    public async Task<AuthorityReport> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("a2aconsole-bench-").FullName;
        try
        {
            await using var site = await AuthorityBenchSite.StartAsync(directory, cancellationToken);
            progress($"enrolling {options.Agents + options.Connections} agents");
            var fleet = await site.EnrolAsync("fleet", options.Agents, cancellationToken);
            var connected = await site.EnrolAsync("connected", options.Connections, cancellationToken);

            using var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
            var request = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256).CreateSigningRequest();
            var pem = PemEncoding.WriteString("CERTIFICATE REQUEST", request);
            using var cfssl = await CfsslServer.StartAsync(directory, pem, cancellationToken);
            var (ceiling, issued, other) = await IssuanceAsync(site, fleet, request, pem, cfssl, cancellationToken);

            progress($"re-enrolling {options.Agents:N0} agents");
            var (unloaded, reenrolled, admitted) = await ReenrolAsync(site, fleet, cancellationToken);

            progress($"asking OCSP, then revoking {Revocations} of {options.Connections} connections");
            using var plain = site.Client(identity: null);
            var ocsp = await OcspLoad.RunAsync(plain, new Uri(site.Authority, "/ocsp"), site.Get<ITrustDomain>().Intermediates[0], connected, 500, cancellationToken);
            var (refused, closed) = await RevocationBench.RunAsync(connected, Math.Min(Revocations, connected.Count), site.Edge, site.Get<IAuthority>(), site.Get<SvidGate>(), cancellationToken);
            return new()
            {
                IssuancePerSecond = issued, IssuanceCeilingPerSecond = ceiling, CfsslPerSecond = other, ReenrolledAgents = fleet.Count,
                ReenrolShare = reenrolled / unloaded, ReenrolPerSecond = reenrolled, AdmittedPerSecond = admitted, Connections = connected.Count,
                RevocationRefusedP99Ms = refused, RevocationClosedP99Ms = closed, OcspP99Ms = ocsp, Cores = Environment.ProcessorCount,
            };
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<(double Ceiling, double Issued, double? Cfssl)> IssuanceAsync(
        AuthorityBenchSite site, IReadOnlyList<BenchAgent> fleet, byte[] request, string pem, CfsslServer? cfssl, CancellationToken cancellationToken)
    {
        var clients = fleet.Take(options.InFlight).Select(site.Client).ToList();
        var body = new { csr = pem };
        async Task RenewAsync(int worker)
        {
            using var answer = await clients[worker].PostAsJsonAsync(new Uri(site.Authority, "/v1/renew"), body, cancellationToken);
            if (answer.StatusCode != System.Net.HttpStatusCode.Created)
                throw new InvalidOperationException($"the authority refused: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
        }
        try
        {
            progress("warming up");
            await ForAsync(TimeSpan.FromSeconds(2), RenewAsync);
            if (cfssl is not null)
                await ForAsync(TimeSpan.FromSeconds(1), _ => cfssl.SignAsync(cancellationToken));
            var slice = TimeSpan.FromSeconds((double)options.Seconds / Rounds / 3);
            var (ceiling, issued, other) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 1; round <= Rounds; round++)
            {
                progress($"issuance, round {round} of {Rounds}");
                ceiling.Add(IssuanceCeiling.Measure(slice, request));
                issued.Add(await ForAsync(slice, RenewAsync));
                if (cfssl is not null)
                    other.Add(await ForAsync(slice, _ => cfssl.SignAsync(cancellationToken)));
            }
            return (ceiling.Average(), issued.Average(), other.Count > 0 ? other.Average() : null);
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }
    }

    /// <summary>Works with all workers for a while; returns how often a second.</summary>
    private async Task<double> ForAsync(TimeSpan duration, Func<int, Task> work)
    {
        long done = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, options.InFlight).Select(worker => Task.Run(async () =>
        {
            while (clock.Elapsed < duration)
            {
                await work(worker);
                Interlocked.Increment(ref done);
            }
        })));
        return done / clock.Elapsed.TotalSeconds;
    }

    private static async Task<(double Unloaded, double Reenrolled, double Admitted)> ReenrolAsync(AuthorityBenchSite site, List<BenchAgent> fleet, CancellationToken cancellationToken)
    {
        var senders = fleet.Take(8).ToList();
        using var pool = new EventPool(senders, site.Edge.ToString().TrimEnd('/'));
        var probe = await Load.ClosedAsync(pool.Individual(60, EventsARequest, cancellationToken), 8, cancellationToken);
        // Without load first, a part of the fleet; the rest of it is measured as a whole below.
        var sample = await RenewAllAsync(site, fleet.Skip(8).Take(Math.Max(1, fleet.Count / 5)).ToList(), cancellationToken);

        var half = probe.PerSecond / 2;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        long admitted = 0;
        var clock = Stopwatch.StartNew();
        var load = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                admitted += (await Load.OpenAsync(pool.Individual(20, EventsARequest, cancellationToken), TimeSpan.FromSeconds(EventsARequest / half), cancellationToken)).Events;
        }, cancellationToken);
        var reenrolled = await RenewAllAsync(site, fleet, cancellationToken);
        await enough.CancelAsync();
        await load;
        return (sample, reenrolled, admitted / clock.Elapsed.TotalSeconds);
    }

    private static async Task<double> RenewAllAsync(AuthorityBenchSite site, List<BenchAgent> fleet, CancellationToken cancellationToken)
    {
        // The agents' own work, made ready before the clock runs.
        var requests = fleet.AsParallel().Select(agent => new CertificateRequest("CN=agent", agent.Key.Key, HashAlgorithmName.SHA256).CreateSigningRequest()).ToList();
        var authority = site.Get<IAuthority>();
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, fleet.Count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellationToken }, async (i, _) =>
        {
            var result = await AuthorityBenchSite.RenewAsync(authority, fleet[i], requests[i], cancellationToken);
            if (result.Certificate is null)
                throw new InvalidOperationException($"the authority refused: {result.Refusal}");
        });
        return fleet.Count / clock.Elapsed.TotalSeconds;
    }
}
