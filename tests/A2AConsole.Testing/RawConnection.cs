using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace A2AConsole.Testing;

/// <summary>A TLS connection of an agent's on which a test writes HTTP/1.1 by hand: slowly, in parts, or wrongly.</summary>
public sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _tcp = new();
    private SslStream _tls = null!;

    private RawConnection()
    {
    }

    /// <summary>Connects and shakes hands with the agent's certificate.</summary>
    public static async Task<RawConnection> OpenAsync(TestSite site, TestAgent agent)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(IPAddress.Loopback, site.Edge.Port);
        connection._tls = new SslStream(connection._tcp.GetStream());
        await connection._tls.AuthenticateAsClientAsync(TestTls.Client(agent.Certificate, agent.Chain, site.Domain.Roots, site.Time));
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        await _tls.WriteAsync(bytes);
        await _tls.FlushAsync();
    }

    /// <summary>What comes next; empty when the other side has closed.</summary>
    public async Task<string> ReadSomeAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, await _tls.ReadAsync(buffer));
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Completes when the other side has closed.</summary>
    public async Task ClosedAsync()
    {
        while ((await ReadSomeAsync()).Length > 0)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _tls.DisposeAsync();
        }
        catch (IOException)
        {
            // The other side was first.
        }
        _tcp.Dispose();
    }
}
