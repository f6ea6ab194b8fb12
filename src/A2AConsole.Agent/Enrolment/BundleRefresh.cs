namespace A2AConsole.Sdk;

/// <summary>
/// When the trust bundle is fetched anew: as often as its refresh hint says, and soon after the edge mentioned a newer one. So a root
/// that was prepared is trusted before it signs.
/// </summary>
internal sealed class BundleRefresh(AgentOptions options, Func<TrustBundle> current, Func<CancellationToken, Task> fetch)
{
    /// <summary>Without a hint, and at least.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    /// <summary>Over how long agents that hear of a new bundle together spread their fetching.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private DateTimeOffset _due = options.TimeProvider.GetUtcNow() + Usual;
    private long _heardOf;
    private int _failures;

    public DateTimeOffset Due
    {
        get
        {
            lock (_lock)
                return _due;
        }
    }

    /// <summary>The edge mentioned a bundle. True when it is a newer one than ours, heard of for the first time.</summary>
    public bool Hear(long sequence)
    {
        lock (_lock)
        {
            if (sequence <= current().Sequence || sequence <= _heardOf)
                return false;
            _heardOf = sequence;
            var soon = options.TimeProvider.GetUtcNow() + Spread * options.Jitter.NextDouble();
            _due = soon < _due ? soon : _due;
            return true;
        }
    }

    /// <summary>Fetches, and sets the next time. Fails in silence: the bundle in use goes on to count.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await fetch(cancellationToken);
            _failures = 0;
            var hint = current().RefreshHint ?? Usual;
            Next(hint * (1 - options.Jitter.NextDouble() / 10));
        }
        catch (Exception e) when (e is AgentException)
        {
            _failures++;
            Next(FirstPause + Backoff.AnyPause(_failures, FirstPause, Usual, options.Jitter));
        }
    }

    private void Next(TimeSpan wait)
    {
        lock (_lock)
            _due = options.TimeProvider.GetUtcNow() + wait;
    }
}
