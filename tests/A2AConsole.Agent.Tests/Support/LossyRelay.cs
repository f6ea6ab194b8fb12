using System.Net;
using System.Net.Sockets;

namespace A2AConsole.Sdk.Tests.Support;

/// <summary>A TCP relay in front of the edge that can lose answers: requests get through, what comes back does not.</summary>
internal sealed class LossyRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<TcpClient> _open = [];
    private readonly Uri _target;
    private readonly Task _accepting;
    private volatile bool _losing;

    public LossyRelay(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>From now on answers on open connections are swallowed.</summary>
    public void LoseAnswers() => _losing = true;

    /// <summary>Breaks every open connection; later ones work.</summary>
    public void Cut()
    {
        lock (_open)
        {
            _open.ForEach(c => c.Close());
            _open.Clear();
        }
        _losing = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target.Port, _stopping.Token);
                lock (_open)
                    _open.AddRange([client, server]);
                _ = PumpAsync(client, server, answers: false);
                _ = PumpAsync(server, client, answers: true);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Told to stop.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool answers)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer)) > 0)
                if (!(answers && _losing))
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        to.Close();
    }
}
