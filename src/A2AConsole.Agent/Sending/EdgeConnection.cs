namespace A2AConsole.Sdk;

/// <summary>
/// One identity's pooled connections to the edge. Counted: after a renewal the old one lives until its last request has been
/// answered, so that nothing is dropped while switching over.
/// </summary>
internal sealed class EdgeConnection
{
    private int _users = 1;

    public EdgeConnection(AgentIdentity identity, Func<TrustBundle> bundle, Uri edge, TimeProvider clock)
    {
        Identity = identity;
        Http = new HttpClient(identity.CreateHandler(bundle, clock))
        {
            BaseAddress = edge,
            // Each attempt has its own timer, on the client's clock.
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = System.Net.HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    public AgentIdentity Identity { get; }

    public HttpClient Http { get; }

    /// <summary>False when it is closed already: take the newer one.</summary>
    public bool TryAcquire()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return true;
        return false;
    }

    /// <summary>Gives back what was acquired, or (once, by the owner) the connection itself.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        Http.Dispose();
        Identity.Dispose();
    }
}
