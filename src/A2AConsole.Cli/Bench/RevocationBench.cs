using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using A2AConsole.Trust;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Cli.Bench;

/// <summary>Revokes certificates of live connections, one after the other, and watches each connection from the agent's side.</summary>
internal static class RevocationBench
{
    /// <summary>Opens a connection an agent, then revokes <paramref name="count"/> of them; p99 of both latencies in milliseconds.</summary>
    public static async Task<(double RefusedP99, double ClosedP99)> RunAsync(
        IReadOnlyList<BenchAgent> agents, int count, Uri edge, IAuthority authority, SvidGate gate, CancellationToken cancellationToken)
    {
        var connections = new List<SslStream>();
        try
        {
            foreach (var agent in agents)
                connections.Add(await ConnectAsync(agent, edge, cancellationToken));
            var (refused, closed) = (new Latencies(), new Latencies());
            for (var i = 0; i < count; i++)
            {
                var agent = agents[i];
                var ended = EndOfAsync(connections[i], cancellationToken);
                var clock = Stopwatch.StartNew();
                if (!await authority.RevokeAsync(agent.Serial, "benchmark", "user:bench", cancellationToken))
                    throw new InvalidOperationException("the certificate was not revoked");
                while (gate.Check(agent.Certificate).IsAccepted)
                    await Task.Yield();
                refused.Add(clock.Elapsed);
                await ended.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
                closed.Add(clock.Elapsed);
            }
            return (refused.Quantile(0.99), closed.Quantile(0.99));
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }

    private static async Task<SslStream> ConnectAsync(BenchAgent agent, Uri edge, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        await client.ConnectAsync(edge.Host, edge.Port, cancellationToken);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost", EnabledSslProtocols = SslProtocols.Tls13, ClientCertificates = [agent.Certificate],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        }, cancellationToken);
        // One request, so that the connection is established on both sides.
        await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), cancellationToken);
        var buffer = new byte[1024];
        return await stream.ReadAsync(buffer, cancellationToken) > 0 ? stream : throw new InvalidOperationException("the edge closed a good connection");
    }

    private static async Task EndOfAsync(SslStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: closed just as well.
        }
    }
}
