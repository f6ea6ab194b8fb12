using System.Threading.Channels;

namespace A2AConsole.Sdk;

/// <summary>
/// Keeps an agent fresh in the background: its certificate at two thirds of its life, give or take a jitter, or when the edge asks
/// for it; its trust bundle as <see cref="BundleRefresh"/> says. After failures pauses grow, each a random part of the longest that it may
/// be: agents that were cut off together do not come back together.
/// </summary>
internal sealed class RenewalLoop(
    AgentOptions options, Func<AgentIdentity> current, Func<CancellationToken, Task> renew, BundleRefresh bundle, Action<RenewalFailedEventArgs> failed)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    // Longer delays than this are not taken by timers; the loop just looks again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private AgentIdentity? _asked;
    private int _failures;
    private DateTimeOffset _due;

    /// <summary>The edge asks for a new key and certificate in the place of <paramref name="identity"/>.</summary>
    public void Call(AgentIdentity identity)
    {
        // Every reply says so until the new one is in use; an attempt that failed waits its pause all the same.
        if (ReferenceEquals(identity, current()) && !ReferenceEquals(Interlocked.Exchange(ref _asked, identity), identity))
            _calls.Writer.TryWrite(true);
    }

    /// <summary>Looks again: something is due earlier than it was.</summary>
    public void Wake() => _calls.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _due = RenewalOf(current());
        AgentIdentity? served = null;
        try
        {
            while (true)
            {
                await WaitAsync(Earlier(_due, bundle.Due) - options.TimeProvider.GetUtcNow(), cancellationToken);
                if (Volatile.Read(ref _asked) is { } asked && ReferenceEquals(asked, current()) && !ReferenceEquals(asked, served))
                    (served, _due) = (asked, options.TimeProvider.GetUtcNow());
                if (options.TimeProvider.GetUtcNow() >= _due && !await RenewAsync(cancellationToken))
                    return;
                if (options.TimeProvider.GetUtcNow() >= bundle.Due)
                    await bundle.RunAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent ends.
        }
    }

    /// <summary>False when there is no use in going on.</summary>
    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await renew(cancellationToken);
            _failures = 0;
            _due = RenewalOf(current());
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _failures++;
            var identity = current();
            var pause = Backoff.AnyPause(_failures, FirstPause, (identity.NotAfter - identity.NotBefore) / 12, options.Jitter);
            // What the authority asked for, and then a part of our own: everybody was asked for the same.
            if (e is AgentUnavailableException { RetryAfter: { } wanted })
                pause += wanted < LongestWait ? wanted : LongestWait;
            _due = options.TimeProvider.GetUtcNow() + pause;
            var isFinal = e is EnrolmentRefusedException { Code: "certificate-revoked" or "certificate-superseded" };
            failed(new RenewalFailedEventArgs(e, _failures, identity.NotAfter, isFinal ? null : _due));
            // A revoked certificate stays revoked, and no earlier one is the newest again: asking again would only fill the ledger.
            return !isFinal;
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (wait <= TimeSpan.Zero)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Timers count whole milliseconds and drop the rest: rounded up, since a pause that ends early would be taken again and again.
        var whole = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        var pause = Task.Delay(whole < LongestWait ? whole : LongestWait, options.TimeProvider, either.Token);
        var call = _calls.Reader.ReadAsync(either.Token).AsTask();
        await Task.WhenAny(pause, call);
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>When a certificate is to be renewed.</summary>
    private DateTimeOffset RenewalOf(AgentIdentity identity)
    {
        var part = options.RenewAt + (2 * options.Jitter.NextDouble() - 1) * options.RenewalJitter;
        return identity.NotBefore + (identity.NotAfter - identity.NotBefore) * part;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
