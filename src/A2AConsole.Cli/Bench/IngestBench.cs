using System.Diagnostics;

namespace A2AConsole.Cli.Bench;

/// <summary>What to measure.</summary>
internal sealed record IngestBenchOptions(int Seconds, int Agents, long Rows, int BatchSize, int InFlight);

/// <summary>
/// Measures the edge from outside: the host in a process of its own, agents over real mutual TLS, each event acknowledged only when
/// it is durable. Ceiling, individual and batch slices alternate, so that a machine whose speed drifts does not spoil their ratios.
/// </summary>
internal sealed class IngestBench(IngestBenchOptions options, Action<string> progress)
{
    private const int Rounds = 4;

    public async Task<IngestReport> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("a2aconsole-bench-").FullName;
        try
        {
            var agents = await BenchSite.PrepareAsync(directory, options.Agents, options.Rows, progress, cancellationToken);
            progress("starting the server");
            await using var server = await ServerProcess.StartAsync(directory, [$"--A2AConsole:Trust:TrustDomain={BenchSite.TrustDomain}"], cancellationToken);
            using var pool = new EventPool(agents, server.Edge);
            return await MeasureAsync(server, pool, cancellationToken);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<IngestReport> MeasureAsync(ServerProcess server, EventPool pool, CancellationToken cancellationToken)
    {
        progress("warming up");
        await Load.ClosedAsync(pool.Individual(80, options.BatchSize, cancellationToken), options.InFlight, cancellationToken);
        await Load.ClosedAsync(pool.Batches(300, options.BatchSize, cancellationToken), options.InFlight, cancellationToken);

        // A fifth of the time for each of ceiling, batch and latency; the rest for individual events.
        var slice = TimeSpan.FromSeconds(options.Seconds / 5.0 / Rounds);
        var ceiling = new List<double>();
        var individual = new Totals();
        var batch = new Totals();
        var guess = (individual: 10_000.0, batch: 50_000.0);
        for (var round = 1; round <= Rounds; round++)
        {
            progress($"round {round} of {Rounds}");
            ceiling.Add(VerifyCeiling.Measure(slice));
            guess.individual = await SliceAsync(server, pool.Individual(Requests(guess.individual, slice * 2), options.BatchSize, cancellationToken), individual, cancellationToken);
            guess.batch = await SliceAsync(server, pool.Batches(Requests(guess.batch, slice), options.BatchSize, cancellationToken), batch, cancellationToken);
        }
        progress("latency at half load");
        var half = individual.PerSecond / 2;
        var paced = pool.Individual(Requests(half, slice * Rounds), options.BatchSize, cancellationToken);
        var latency = await Load.OpenAsync(paced, TimeSpan.FromSeconds(options.BatchSize / half), cancellationToken);

        return new()
        {
            VerifyCeilingPerSecond = ceiling.Average(),
            IndividualPerSecond = individual.PerSecond,
            BatchPerSecond = batch.PerSecond,
            AckP50Ms = latency.Latencies.Quantile(0.50),
            AckP99Ms = latency.Latencies.Quantile(0.99),
            ServerCpuMicrosPerEvent = individual.CpuMicrosPerEvent,
            ServerCpuMicrosPerBatchedEvent = batch.CpuMicrosPerEvent,
            ResidentMb = server.ResidentMb,
            Rows = options.Rows,
            EventsAcknowledged = individual.Events + batch.Events + latency.Events,
            Cores = Environment.ProcessorCount,
        };
    }

    private async Task<double> SliceAsync(ServerProcess server, List<ReadyRequest> requests, Totals totals, CancellationToken cancellationToken)
    {
        GC.Collect();
        var before = server.Cpu;
        var result = await Load.ClosedAsync(requests, options.InFlight, cancellationToken);
        totals.Add(result, server.Cpu - before);
        return result.PerSecond;
    }

    private int Requests(double perSecond, TimeSpan duration) => Math.Max(options.InFlight, (int)(perSecond * duration.TotalSeconds / options.BatchSize));

    private sealed class Totals
    {
        private TimeSpan _elapsed, _cpu;

        public long Events { get; private set; }
        public double PerSecond => Events / _elapsed.TotalSeconds;
        public double CpuMicrosPerEvent => _cpu.TotalMicroseconds / Events;

        public void Add(LoadResult result, TimeSpan cpu)
        {
            Events += result.Events;
            _elapsed += result.Elapsed;
            _cpu += cpu;
        }
    }
}
