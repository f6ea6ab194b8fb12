using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Cli.Bench;

/// <summary>Makes requests ready outside the measured time: events written, signed and encoded, each agent on its own connection.</summary>
internal sealed class EventPool : IDisposable
{
    private readonly List<(BenchAgent Agent, HttpClient Client)> _agents;
    private static long _made;

    public EventPool(IReadOnlyList<BenchAgent> agents, string edge)
        => _agents = [.. agents.Select(a => (a, Connect(a, edge)))];

    /// <summary>Requests of <paramref name="size"/> individually signed events.</summary>
    public List<ReadyRequest> Individual(int requests, int size, CancellationToken cancellationToken)
        => Make(requests, (agent, client) =>
        {
            using var body = new MemoryStream(size * 1200);
            body.WriteByte((byte)'[');
            for (var i = 0; i < size; i++)
            {
                if (i > 0)
                    body.WriteByte((byte)',');
                body.Write(DsseEnvelopeWriter.SignEvent(Event(agent, DateTimeOffset.UtcNow), agent.Key));
            }
            body.WriteByte((byte)']');
            return new(client, body.ToArray(), size);
        }, cancellationToken);

    /// <summary>Signed batches: one signature over the Merkle root of <paramref name="size"/> events.</summary>
    public List<ReadyRequest> Batches(int requests, int size, CancellationToken cancellationToken)
        => Make(requests, (agent, client) =>
        {
            var now = DateTimeOffset.UtcNow;
            var events = Enumerable.Range(0, size).Select(_ => (ReadOnlyMemory<byte>)Event(agent, now)).ToList();
            return new(client, BatchWriter.Write(agent.Id.Text, events, now, agent.Key), size);
        }, cancellationToken);

    /// <summary>For each agent an event with a signature that is another event's: what somebody changed on its way.</summary>
    public IEnumerable<(BenchAgent Agent, HttpClient Client, byte[] Body)> Changed(CancellationToken cancellationToken)
    {
        foreach (var (agent, client) in _agents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = DateTimeOffset.UtcNow;
            var (signed, other) = (JsonNode.Parse(DsseEnvelopeWriter.SignEvent(Event(agent, now), agent.Key))!, JsonNode.Parse(DsseEnvelopeWriter.SignEvent(Event(agent, now), agent.Key))!);
            signed["signatures"] = other["signatures"]!.DeepClone();
            yield return (agent, client, Encoding.UTF8.GetBytes(signed.ToJsonString()));
        }
    }

    private List<ReadyRequest> Make(int requests, Func<BenchAgent, HttpClient, ReadyRequest> make, CancellationToken cancellationToken)
    {
        var ready = new ReadyRequest[requests];
        Parallel.For(0, requests, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            var (agent, client) = _agents[i % _agents.Count];
            ready[i] = make(agent, client);
        });
        return [.. ready];
    }

    /// <summary>A new, valid event of an agent.</summary>
    public static byte[] Event(BenchAgent agent, DateTimeOffset now)
        => AgentEventWriter.Write(new()
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Source = agent.Id.Text,
            Type = "demand.signal",
            Time = now,
            Expires = now.AddMinutes(5),
            Nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
            Data = BenchSite.Data(Interlocked.Increment(ref _made)),
        });

    private static HttpClient Connect(BenchAgent agent, string edge)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [agent.Certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => agent.Certificate,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
            InitialHttp2StreamWindowSize = 1 << 20,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(agent.Roots);
        return new(handler)
        {
            BaseAddress = new(edge),
            DefaultRequestVersion = new(2, 0),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public void Dispose()
    {
        foreach (var (_, client) in _agents)
            client.Dispose();
    }
}
