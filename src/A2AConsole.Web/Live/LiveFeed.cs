using A2AConsole.Data.Ledger;

namespace A2AConsole.Web.Live;

/// <summary>
/// Turns the ledger's commits into at most ten calls a second to each viewer. The writer only leaves a flag; a viewer that is
/// still busy with the last call gets one call for everything that came meanwhile, so a slow one holds nobody up.
/// </summary>
public sealed class LiveFeed : IDisposable
{
    /// <summary>The shortest time between two calls to one viewer.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pace;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private Viewer[] _viewers = [];
    private Task? _pump;

    public LiveFeed(ILedger ledger, TimeProvider time) : this(ledger, time, Pace) { }

    internal LiveFeed(ILedger ledger, TimeProvider time, TimeSpan pace)
    {
        (_ledger, _time, _pace) = (ledger, time, pace);
        _ledger.Committed += Committed;
    }

    /// <summary>The newest durable head.</summary>
    public LedgerHead Head => _ledger.Head;

    /// <summary>
    /// Calls <paramref name="changed"/> after commits until the result is disposed. Subscribe before reading the first snapshot:
    /// then nothing can fall between the two. <paramref name="pace"/> is the shortest time between two calls, when longer than the feed's.
    /// </summary>
    public IDisposable Subscribe(Func<LedgerHead, Task> changed, TimeSpan? pace = null)
    {
        var viewer = new Viewer(this, changed, pace ?? _pace);
        lock (_gate)
        {
            _viewers = [.. _viewers, viewer];
            _pump ??= Task.Run(PumpAsync);
        }
        return viewer;
    }

    private void Committed(LedgerHead head)
    {
        if (_signal.CurrentCount == 0)
        {
            try { _signal.Release(); }
            catch (SemaphoreFullException) { /* Another commit has signalled: once is enough. */ }
            catch (ObjectDisposedException) { /* The host stops. */ }
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_stop.Token);
                var head = _ledger.Head;
                foreach (var viewer in Volatile.Read(ref _viewers))
                    viewer.Notify(head);
                await Task.Delay(_pace, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) { /* The host stops. */ }
    }

    private void Remove(Viewer viewer)
    {
        lock (_gate)
            _viewers = [.. _viewers.Where(v => v != viewer)];
    }

    public void Dispose()
    {
        _ledger.Committed -= Committed;
        _stop.Cancel();
        _stop.Dispose();
        _signal.Dispose();
    }

    private sealed class Viewer(LiveFeed feed, Func<LedgerHead, Task> changed, TimeSpan pace) : IDisposable
    {
        private readonly Lock _gate = new();
        private LedgerHead? _waiting;
        private bool _busy, _gone;

        public void Notify(LedgerHead head)
        {
            lock (_gate)
            {
                if (_gone)
                    return;
                _waiting = head;
                if (_busy)
                    return;
                _busy = true;
            }
            _ = Task.Run(CallAsync);
        }

        private async Task CallAsync()
        {
            while (true)
            {
                LedgerHead head;
                lock (_gate)
                {
                    if (_gone || _waiting is null)
                    {
                        _busy = false;
                        return;
                    }
                    (head, _waiting) = (_waiting, null);
                }
                try { await changed(head); }
                catch (Exception) { /* The viewer's own page shows what failed; the feed goes on. */ }
                // Also keeps the pace for a viewer whose call ended late.
                try { await Task.Delay(pace, feed._time, feed._stop.Token); }
                catch (Exception) { /* The host stops: the next round ends it. */ }
            }
        }

        public void Dispose()
        {
            lock (_gate)
                _gone = true;
            feed.Remove(this);
        }
    }
}
