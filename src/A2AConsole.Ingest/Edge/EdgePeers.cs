using System.Collections.Concurrent;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Trust.Gate;
using Microsoft.AspNetCore.Connections;

namespace A2AConsole.Ingest.Edge;

/// <summary>The live connections with their peers, so that what ceases to count is closed at once and not at its next request.</summary>
internal sealed class EdgePeers : IDisposable
{
    private static readonly LifeRefusal Expired = new(CertificateLifecycle.Expired, "Renew it, then connect anew with the new certificate.");

    private static readonly TimeSpan FarAhead = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<ConnectionContext, EdgePeer> _peers = new();
    private readonly IStandings _standings;
    private readonly AlgorithmPolicySource _algorithms;
    private readonly EdgeConnections _connections;
    private readonly TimeProvider _time;
    private readonly ITimer _end;

    public EdgePeers(IStandings standings, AlgorithmPolicySource algorithms, EdgeConnections connections, TimeProvider time)
    {
        _standings = standings;
        _algorithms = algorithms;
        _connections = connections;
        _time = time;
        _end = time.CreateTimer(_ => AbortForbidden(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _standings.Withdrawn += AbortWithdrawn;
        _algorithms.Replaced += AbortForbidden;
        AbortForbidden();
    }

    /// <summary>Live connections.</summary>
    public int Count => _peers.Count;

    /// <summary>Why the peer no longer counts, or null: asked again at each request.</summary>
    public LifeRefusal? WhyNot(EdgePeer peer)
    {
        var now = _time.GetUtcNow();
        return peer.Standing.Refusal
            ?? (now > peer.Svid.NotAfter ? Expired : null)
            ?? Forbidden(peer, _algorithms.Current, now);
    }

    /// <summary>Runs a connection while it is known here.</summary>
    public async Task WhileConnectedAsync(EdgePeer peer, ConnectionContext connection, ConnectionDelegate next)
    {
        _peers[connection] = peer;
        _connections.Opened(peer.AgentNumber);
        try
        {
            // Withdrawn or forbidden between the handshake's check and the line above: the walk has not seen this connection.
            if (WhyNot(peer) is { } refusal)
                Abort(connection, peer, refusal);
            else
                await next(connection);
        }
        finally
        {
            _peers.TryRemove(connection, out _);
            _connections.Closed(peer.AgentNumber);
        }
    }

    public void Dispose()
    {
        _standings.Withdrawn -= AbortWithdrawn;
        _algorithms.Replaced -= AbortForbidden;
        _end.Dispose();
    }

    private void AbortWithdrawn() => Abort(static (peer, _, _) => peer.Standing.Refusal);

    /// <summary>Closes what has a key of an algorithm that is not accepted any more, now and when the next one runs out.</summary>
    private void AbortForbidden()
    {
        Abort(Forbidden);
        var now = _time.GetUtcNow();
        // A timer has no room for years.
        var due = _algorithms.Current.NextEnd(AlgorithmUses.AgentKey, now) is { } end ? TimeSpan.FromTicks(Math.Min((end - now).Ticks, FarAhead.Ticks)) : Timeout.InfiniteTimeSpan;
        _end.Change(due, Timeout.InfiniteTimeSpan);
    }

    private static LifeRefusal? Forbidden(EdgePeer peer, AlgorithmPolicy algorithms, DateTimeOffset now)
        => SvidRules.CheckKind(peer.Svid, algorithms, now) is { } forbidden ? new LifeRefusal(forbidden.Code, forbidden.Detail) : null;

    // Each peer holds its standing, so a walk over thousands of connections takes microseconds: cheaper than an index kept at every handshake.
    private void Abort(Func<EdgePeer, AlgorithmPolicy, DateTimeOffset, LifeRefusal?> why)
    {
        var (algorithms, now) = (_algorithms.Current, _time.GetUtcNow());
        foreach (var (connection, peer) in _peers)
        {
            // Aborting runs the connection's callbacks: not on the thread of whoever revokes or decides.
            if (why(peer, algorithms, now) is { } refusal)
                ThreadPool.UnsafeQueueUserWorkItem(static c => c.Peers.Abort(c.Connection, c.Peer, c.Refusal), (Peers: this, Connection: connection, Peer: peer, Refusal: refusal), preferLocal: false);
        }
    }

    private void Abort(ConnectionContext connection, EdgePeer peer, LifeRefusal refusal)
    {
        _connections.Cut(peer.AgentNumber, refusal.Detail);
        connection.Abort(new ConnectionAbortedException(refusal.Detail));
    }
}
