namespace A2AConsole.Data.Writing;

/// <summary>What waits for the writer, bounded by events and by bytes. Many add, one thread takes.</summary>
internal sealed class WorkQueue(int maxEvents, long maxBytes)
{
    private readonly Queue<Work> _waiting = new();
    private readonly object _lock = new();
    private int _events;
    private long _bytes;
    private bool _closed;

    /// <summary>Adds when there is room; a request larger than the whole queue only when it is empty.</summary>
    public bool TryAdd(Work work)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_waiting.Count > 0 && (_events + work.Events > maxEvents || _bytes + work.Bytes > maxBytes))
                return false;
            Enqueue(work);
            return true;
        }
    }

    /// <summary>Adds without asking for room: for the few that bound themselves.</summary>
    public void Add(Work work)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            Enqueue(work);
        }
    }

    /// <summary>
    /// Takes what waits, in order, up to <paramref name="maxGroup"/> events; upkeep always alone. Waits up to
    /// <paramref name="wait"/> for the first; takes nothing then. False once the queue is closed and empty.
    /// </summary>
    public bool Take(List<Work> group, int maxGroup, TimeSpan wait)
    {
        group.Clear();
        lock (_lock)
        {
            if (_waiting.Count == 0 && !_closed)
                Monitor.Wait(_lock, wait);
            Fill(group, maxGroup);
            return group.Count > 0 || !_closed;
        }
    }

    /// <summary>Takes what has come since, too, up to <paramref name="maxGroup"/> events in all.</summary>
    public void TakeMore(List<Work> group, int maxGroup)
    {
        lock (_lock)
            Fill(group, maxGroup);
    }

    /// <summary>Takes nothing more in; what waits is still handed out.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Fill(List<Work> group, int maxGroup)
    {
        var events = group.Sum(w => w.Events);
        while (_waiting.TryPeek(out var next))
        {
            if (group.Count > 0 && (events + next.Events > maxGroup || next is UpkeepWork || group[0] is UpkeepWork))
                break;
            _waiting.Dequeue();
            _events -= next.Events;
            _bytes -= next.Bytes;
            events += next.Events;
            group.Add(next);
        }
    }

    private void Enqueue(Work work)
    {
        _waiting.Enqueue(work);
        _events += work.Events;
        _bytes += work.Bytes;
        Monitor.Pulse(_lock);
    }
}
