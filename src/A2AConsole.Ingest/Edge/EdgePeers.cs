using System.Collections.Concurrent;
using A2AConsole.Trust;
using Microsoft.AspNetCore.Connections;

namespace A2AConsole.Ingest.Edge;

/// <summary>Whether a connection's certificate still counts.</summary>
internal enum PeerStanding { Good, Expired, Revoked }

/// <summary>The live connections with their certificates, so that a revocation closes them at once and not at their next request.</summary>
internal sealed class EdgePeers : IDisposable
{
    private readonly ConcurrentDictionary<ConnectionContext, string> _serials = new();
    private readonly IRevocationList _revocations;
    private readonly TimeProvider _time;

    public EdgePeers(IRevocationList revocations, TimeProvider time)
    {
        _revocations = revocations;
        _time = time;
        _revocations.Revoked += Abort;
    }

    /// <summary>Live connections.</summary>
    public int Count => _serials.Count;

    /// <summary>Whether the peer's certificate still counts: asked again at each request.</summary>
    public PeerStanding Standing(EdgePeer peer)
        => _revocations.IsRevoked(peer.Serial) ? PeerStanding.Revoked
            : _time.GetUtcNow() > peer.Svid.NotAfter ? PeerStanding.Expired
            : PeerStanding.Good;

    /// <summary>Runs a connection while it is known here.</summary>
    public async Task WhileConnectedAsync(EdgePeer peer, ConnectionContext connection, ConnectionDelegate next)
    {
        _serials[connection] = peer.Serial;
        try
        {
            // Revoked between the handshake's check and the line above: Abort has not seen this connection.
            if (_revocations.IsRevoked(peer.Serial))
                connection.Abort(Revoked());
            else
                await next(connection);
        }
        finally
        {
            _serials.TryRemove(connection, out _);
        }
    }

    public void Dispose() => _revocations.Revoked -= Abort;

    // Revocations are rare, so a walk over the live connections is cheaper than an index kept at every handshake.
    private void Abort(string serial)
    {
        foreach (var (connection, held) in _serials)
        {
            // Aborting runs the connection's callbacks: not on the thread of whoever revokes.
            if (held == serial)
                ThreadPool.UnsafeQueueUserWorkItem(static c => c.Abort(Revoked()), connection, preferLocal: false);
        }
    }

    private static ConnectionAbortedException Revoked() => new("The certificate was revoked.");
}
