using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Cli.Bench.Proxy;

/// <summary>What the gateway adds to a message. All of it measured in one run, the ways in turns.</summary>
/// <param name="DirectP50Ms">A message sent to the agent itself, over mutual TLS.</param>
/// <param name="DirectP99Ms">As above.</param>
/// <param name="ProxyAddedP50Ms">What the gateway adds to that: reading, checking, the durable ledger, our hop, passing on.</param>
/// <param name="ProxyAddedP99Ms">As above.</param>
/// <param name="BareAddedP50Ms">What a proxy adds that only passes on.</param>
/// <param name="FirstEventAddedP50Ms">By how much the first event of a stream comes later than from the agent itself.</param>
/// <param name="ProxyPerSecond">Messages that the gateway delivers, several connections at once.</param>
/// <param name="BarePerSecond">Those that the bare proxy delivers, in turns with the former.</param>
/// <param name="ProxyShareOfBare">The gateway's share of that.</param>
/// <param name="ProxyCpuMicros">Processor time of the gateway's process for one message.</param>
/// <param name="BareCpuMicros">That of the bare proxy's.</param>
internal sealed record ProxyReport(
    double DirectP50Ms, double DirectP99Ms, double ProxyAddedP50Ms, double ProxyAddedP99Ms, double BareAddedP50Ms, double FirstEventAddedP50Ms,
    double ProxyPerSecond, double BarePerSecond, double ProxyShareOfBare, double ProxyCpuMicros, double BareCpuMicros)
{
    public IEnumerable<string> Lines()
    {
        yield return Text($"gateway: adds {ProxyAddedP50Ms:0.00} ms at the median, {ProxyAddedP99Ms:0.00} ms at p99 to a message that takes {DirectP50Ms:0.00} ms directly (a bare proxy adds {BareAddedP50Ms:0.00}); first event of a stream {FirstEventAddedP50Ms:0.00} ms later");
        yield return Text($"gateway: {ProxyPerSecond:0}/s, a bare proxy {BarePerSecond:0}/s ({ProxyShareOfBare:0.00}); {ProxyCpuMicros:0} µs of CPU against {BareCpuMicros:0}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Measures the gateway from outside: the host, a bare proxy and the agent behind both, each in a process of its own; senders over mutual TLS.
/// </summary>
internal sealed class ProxyBench(int seconds, Action<string> say)
{
    // Enough that the processors are the limit: who waits for the disk's word before passing on would otherwise stand idle half of the time.
    private const int Senders = 32;
    private const int Portion = 50;
    private const int Rounds = 4;

    // Until the compiler has been through it: what runs for months is measured, not its first second.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    private const string Name = "desk";

    public async Task<ProxyReport> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("a2aconsole-bench-").FullName;
        try
        {
            var agents = await BenchSite.PrepareAsync(directory, Senders + 1, 0, say, cancellationToken);
            var (senders, receiver) = (agents.Take(Senders).ToList(), agents[Senders]);
            var certificate = Path.Combine(directory, "receiver.p12");
            await File.WriteAllBytesAsync(certificate, receiver.Certificate.Export(X509ContentType.Pkcs12), cancellationToken);
            await using var agent = await PeerProcess.StartAsync(certificate, null, cancellationToken);
            await using var bare = await PeerProcess.StartAsync(certificate, agent.Address, cancellationToken);
            say("starting the gateway");
            await using var server = await ServerProcess.StartAsync(directory,
            [
                $"--A2AConsole:Trust:TrustDomain={BenchSite.TrustDomain}", $"--A2AConsole:Ingest:A2A:Agents:0:Name={Name}",
                $"--A2AConsole:Ingest:A2A:Agents:0:SpiffeId={receiver.Id.Text}", $"--A2AConsole:Ingest:A2A:Agents:0:JsonRpc={new Uri(agent.Address, "/rpc")}",
            ], cancellationToken);
            var messages = new ProxyMessages(senders, receiver);
            Way direct = new(new Uri(agent.Address, "/rpc")), passed = new(new Uri(bare.Address, "/rpc")), gateway = new(new Uri(server.Edge + "/a2a/" + Name));
            say("warming up");
            foreach (var way in (Way[])[direct, passed, gateway])
                await FlatOutAsync(way, senders, messages, WarmUp, cancellationToken);
            await LatenciesAsync(senders, messages, [direct, passed, gateway], cancellationToken);
            await ThroughputAsync(senders, messages, [(passed, () => bare.Cpu), (gateway, () => server.Cpu)], cancellationToken);
            return new ProxyReport(
                R(direct.Answer.Quantile(0.5)), R(direct.Answer.Quantile(0.99)), R(gateway.Answer.Quantile(0.5) - direct.Answer.Quantile(0.5)), R(gateway.Answer.Quantile(0.99) - direct.Answer.Quantile(0.99)),
                R(passed.Answer.Quantile(0.5) - direct.Answer.Quantile(0.5)), R(gateway.FirstEvent.Quantile(0.5) - direct.FirstEvent.Quantile(0.5)),
                R(gateway.PerSecond), R(passed.PerSecond), R(gateway.PerSecond / passed.PerSecond), R(gateway.CpuMicros), R(passed.CpuMicros));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>One way to the agent, and what was measured of it.</summary>
    private sealed class Way(Uri address)
    {
        private long _done;
        private TimeSpan _elapsed, _cpu;

        public Uri Address { get; } = address;
        public Latencies Answer { get; } = new();
        public Latencies FirstEvent { get; } = new();
        public double PerSecond => _done / _elapsed.TotalSeconds;
        public double CpuMicros => _cpu.TotalMicroseconds / _done;

        public void Add(long done, TimeSpan elapsed, TimeSpan cpu)
        {
            _done += done;
            _elapsed += elapsed;
            _cpu += cpu;
        }
    }

    /// <summary>One message at a time, the ways taking turns message by message: what is slow for all is slow for each.</summary>
    private async Task LatenciesAsync(List<BenchAgent> senders, ProxyMessages messages, Way[] ways, CancellationToken cancellationToken)
    {
        say("measuring what is added to one message");
        var connections = new RpcConnection[ways.Length];
        for (var i = 0; i < ways.Length; i++)
            connections[i] = await RpcConnection.OpenAsync(ways[i].Address, senders[0], cancellationToken);
        var clock = Stopwatch.StartNew();
        var until = TimeSpan.FromSeconds(seconds / 3.0);
        while (clock.Elapsed < until)
        {
            foreach (var message in messages.Of(0, 64))
            {
                for (var i = 0; i < ways.Length; i++)
                {
                    var start = clock.Elapsed;
                    await connections[i].SendAsync(message, cancellationToken);
                    ways[i].Answer.Add(clock.Elapsed - start);
                }
            }
        }
        foreach (var message in messages.Of(0, 40, streams: true))
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var start = clock.Elapsed;
                await connections[i].StreamAsync(message, () => ways[i].FirstEvent.Add(clock.Elapsed - start), cancellationToken);
            }
        }
        foreach (var connection in connections)
            connection.Dispose();
    }

    private async Task ThroughputAsync(List<BenchAgent> senders, ProxyMessages messages, (Way Way, Func<TimeSpan> Cpu)[] ways, CancellationToken cancellationToken)
    {
        say("measuring the gateway and a bare proxy in turns");
        var slice = TimeSpan.FromSeconds(seconds / 3.0 / Rounds);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (way, cpu) in ways)
            {
                var before = cpu();
                var (done, elapsed) = await FlatOutAsync(way, senders, messages, slice, cancellationToken);
                way.Add(done, elapsed, cpu() - before);
            }
        }
    }

    /// <summary>Every sender sends one message after the other on a connection of its own. The same work is made ready for each way.</summary>
    private static async Task<(long Done, TimeSpan Elapsed)> FlatOutAsync(Way way, List<BenchAgent> senders, ProxyMessages messages, TimeSpan time, CancellationToken cancellationToken)
    {
        var connections = new RpcConnection[senders.Count];
        for (var i = 0; i < connections.Length; i++)
            connections[i] = await RpcConnection.OpenAsync(way.Address, senders[i], cancellationToken);
        var done = 0L;
        var elapsed = TimeSpan.Zero;
        while (elapsed < time)
        {
            // Signed outside of the measured time; one portion after the other, so that none gets old.
            var ready = Enumerable.Range(0, senders.Count).Select(i => messages.Of(i, Portion)).ToArray();
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(ready.Select((own, i) => Task.Run(async () =>
            {
                foreach (var message in own)
                    await connections[i].SendAsync(message, cancellationToken);
            }, cancellationToken)));
            elapsed += clock.Elapsed;
            done += ready.Sum(own => own.Length);
        }
        foreach (var connection in connections)
            connection.Dispose();
        return (done, elapsed);
    }

    private static double R(double value) => Math.Round(value, 3);
}
