using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Trust;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Cli.Bench;

/// <summary>What to measure.</summary>
internal sealed record AuthorityBenchOptions(int Seconds, int Agents, int Connections, int Revoked, int InFlight);

/// <summary>
/// Measures the authority: issuance against the bare arithmetic and against cfssl, in turns, so that a machine whose speed drifts does
/// not spoil the ratios; re-enrolment of a fleet under load; revocation of live connections and of a whole environment; OCSP.
/// </summary>
internal sealed class AuthorityBench(AuthorityBenchOptions options, Action<string> progress)
{
    private const int Rounds = 5;
    private const int Revocations = 100;
    private const int EventsARequest = 100;
    // Issuances until the code that makes them is compiled as well as it ever will be.
    private const int WarmUp = 5000;

    public async Task<AuthorityReport> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("a2aconsole-bench-").FullName;
        try
        {
            progress($"storing {options.Revoked:N0} certificates to revoke");
            await AuthorityBenchSite.PrepareAsync(directory, options.Revoked, cancellationToken);
            await using var site = await AuthorityBenchSite.StartAsync(directory, cancellationToken);
            progress($"enrolling {options.Agents + options.Connections:N0} agents");
            var fleet = await site.EnrolAsync("fleet", options.Agents, cancellationToken);
            var connected = await site.EnrolAsync("connected", options.Connections, cancellationToken);

            var issuance = await IssuanceAsync(site, fleet, directory, cancellationToken);
            progress($"re-enrolling {options.Agents:N0} agents");
            var (unloaded, reenrolled, admitted, half) = await ReenrolAsync(site, fleet, cancellationToken);

            progress($"asking OCSP, then revoking {Revocations} of {options.Connections:N0} connections");
            using var plain = site.Client();
            var ocsp = await OcspLoad.RunAsync(plain, new Uri(site.Authority, "/ocsp"), site.Get<ITrustDomain>().Intermediates[0], connected, 1000, cancellationToken);
            var (refused, closed) = await RevocationBench.RunAsync(connected, Math.Min(Revocations, connected.Count), site.Edge, site.Get<IAuthority>(), site.Get<SvidGate>(), cancellationToken);
            progress($"revoking an environment of {options.Revoked:N0}");
            var mass = await MassRevocation.RunAsync(site, plain, cancellationToken);
            return new()
            {
                IssuancePerSecond = issuance.Ours.PerSecond, IssuanceCpuMicros = issuance.Ours.CpuMicros,
                IssuanceCeilingPerSecond = issuance.Ceiling.PerSecond, IssuanceCeilingCpuMicros = issuance.Ceiling.CpuMicros,
                CfsslPerSecond = issuance.Cfssl?.PerSecond, CfsslCpuMicros = issuance.Cfssl?.CpuMicros, CfsslStoredPerSecond = issuance.CfsslStored?.PerSecond,
                ReenrolledAgents = fleet.Count, ReenrolPerSecond = reenrolled, ReenrolUnloadedPerSecond = unloaded, AdmittedPerSecond = admitted, HalfLoadPerSecond = half,
                Connections = connected.Count, RevocationRefusedP99Ms = refused, RevocationClosedP99Ms = closed, OcspP99Ms = ocsp,
                MassRevoked = mass.Revoked, MassRefusedMs = mass.InForce.TotalMilliseconds, MassMarkedSeconds = mass.Marked.TotalSeconds, CrlLargestShardBytes = mass.LargestList,
                Cores = Environment.ProcessorCount,
            };
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private sealed record Issuance(Turns Ceiling, Turns Ours, Turns? Cfssl, Turns? CfsslStored);

    private async Task<Issuance> IssuanceAsync(AuthorityBenchSite site, List<BenchAgent> fleet, string directory, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var request = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var pem = PemEncoding.WriteString("CERTIFICATE REQUEST", request);
        using var cfssl = await CfsslServer.StartAsync(Path.Combine(directory, "cfssl"), pem, keeps: false, cancellationToken);
        using var storing = await CfsslServer.StartAsync(Path.Combine(directory, "cfssl-stored"), pem, keeps: true, cancellationToken);
        var result = new Issuance(new Turns(), new Turns(), cfssl is null ? null : new Turns(), storing is null ? null : new Turns());

        progress("warming up");
        using (var first = await RenewersAsync(site, fleet, 0, pem, cancellationToken))
            await new Turns().WorkAsync(TimeSpan.FromSeconds(3), first.Workers, atLeast: WarmUp);
        var slice = TimeSpan.FromSeconds((double)options.Seconds / Rounds / 4);
        for (var round = 1; round <= Rounds; round++)
        {
            progress($"issuance, round {round} of {Rounds}");
            // Others each time: an agent renews about once an hour, so none has hundreds of certificates that have not ended.
            using var renewers = await RenewersAsync(site, fleet, round, pem, cancellationToken);
            IssuanceCeiling.Measure(slice, request, result.Ceiling);
            await result.Ours.WorkAsync(slice, renewers.Workers);
            if (cfssl is not null)
                await result.Cfssl!.WorkAsync(slice, await cfssl.WorkersAsync(options.InFlight, cancellationToken), cfssl.Process);
            // Its database takes one writer at a time and answers the others with an error.
            if (storing is not null)
                await result.CfsslStored!.WorkAsync(slice, await storing.WorkersAsync(1, cancellationToken), storing.Process);
        }
        return result;
    }

    private sealed class Renewers(IReadOnlyList<PostConnection> connections, CancellationToken cancellationToken) : IDisposable
    {
        public IReadOnlyList<Func<Task>> Workers { get; } = [.. connections.Select(c => (Func<Task>)(() => c.PostAsync(cancellationToken)))];

        public void Dispose()
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private async Task<Renewers> RenewersAsync(AuthorityBenchSite site, List<BenchAgent> fleet, int round, string pem, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(new { csr = pem });
        var agents = Enumerable.Range(0, options.InFlight).Select(i => fleet[(round * options.InFlight + i) % fleet.Count]);
        var connections = new List<PostConnection>();
        foreach (var agent in agents)
            connections.Add(await PostConnection.OpenAsync(new Uri(site.Authority, "/v1/renew"), body, agent, cancellationToken));
        return new Renewers(connections, cancellationToken);
    }

    private async Task<(double Unloaded, double Reenrolled, double Admitted, double Half)> ReenrolAsync(AuthorityBenchSite site, List<BenchAgent> fleet, CancellationToken cancellationToken)
    {
        using var pool = new EventPool([.. fleet.Take(8)], site.Edge.ToString().TrimEnd('/'));
        await Load.ClosedAsync(pool.Individual(40, EventsARequest, cancellationToken), 8, cancellationToken);
        var most = await Load.ClosedAsync(pool.Individual(200, EventsARequest, cancellationToken), 8, cancellationToken);
        var unloaded = await RenewAllAsync(site, [.. fleet.Take(Math.Max(1, fleet.Count / 3))], cancellationToken);

        var half = most.PerSecond / 2;
        using var enough = new CancellationTokenSource();
        // The agents' own work, made ready before the clock runs; more than a re-enrolment lasts.
        var ready = pool.Individual((int)(half / EventsARequest * 2 * fleet.Count / unloaded) + 50, EventsARequest, cancellationToken);
        var clock = Stopwatch.StartNew();
        var load = Load.OpenAsync(ready, TimeSpan.FromSeconds(EventsARequest / half), cancellationToken, enough.Token);
        var reenrolled = await RenewAllAsync(site, fleet, cancellationToken);
        await enough.CancelAsync();
        var admitted = (await load).Events / clock.Elapsed.TotalSeconds;
        return (unloaded, reenrolled, admitted, half);
    }

    private async Task<double> RenewAllAsync(AuthorityBenchSite site, List<BenchAgent> fleet, CancellationToken cancellationToken)
    {
        // The agents' own work, made ready before the clock runs.
        var requests = fleet.AsParallel().AsOrdered().Select(agent => new CertificateRequest("CN=agent", agent.Key.Key, HashAlgorithmName.SHA256).CreateSigningRequest()).ToList();
        var authority = site.Get<IAuthority>();
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, fleet.Count, new ParallelOptions { MaxDegreeOfParallelism = options.InFlight, CancellationToken = cancellationToken }, async (i, _) =>
        {
            var result = await AuthorityBenchSite.RenewAsync(authority, fleet[i], requests[i], cancellationToken);
            if (result.Certificate is null)
                throw new InvalidOperationException($"the authority refused: {result.Refusal}");
        });
        return fleet.Count / clock.Elapsed.TotalSeconds;
    }
}
