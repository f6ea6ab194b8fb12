using A2AConsole.Data.Ledger;

namespace A2AConsole.Web.Live;

/// <summary>
/// One viewer's list of events: newest first, older ones on demand, newer ones at once or counted while the list is held. It
/// loses nothing and shows nothing twice: leaves are known by their index, and a snapshot covers the tree up to a size.
/// </summary>
public sealed class EventTail(ILedgerReader reader)
{
    public const int PageSize = 100;
    /// <summary>Rows of the first picture: more than a screen.</summary>
    public const int FirstPage = 60;
    /// <summary>Rows kept while following; older ones are read again when one scrolls there.</summary>
    public const int MostFollowed = 200;
    /// <summary>Counting what waits stops here.</summary>
    public const int MostWaiting = 1000;
    private EventFilter _filter = new();
    private List<EventRow> _rows = [];
    private long _seen;
    private int _turn;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<EventRow> Rows => _rows;

    /// <summary>Matching events that came while the list was held; <see cref="MostWaiting"/> means that many or more.</summary>
    public int Waiting { get; private set; }

    /// <summary>Where reading on would start, or null when the end was reached.</summary>
    public long? Next { get; private set; }

    /// <summary>Rows from this index on came after the list was opened: they may be tinted once.</summary>
    public long FreshFrom { get; private set; } = long.MaxValue;

    /// <summary>Starts with a filter. <paramref name="headSize"/> was read before this call.</summary>
    public async Task OpenAsync(EventFilter filter, long headSize, CancellationToken cancellationToken = default)
    {
        var turn = ++_turn;
        var page = await reader.EventsAsync(filter, null, FirstPage, cancellationToken);
        if (turn != _turn)
            return;
        (_filter, _rows, Next, Waiting, FreshFrom) = (filter, [.. page.Rows], page.Next, 0, long.MaxValue);
        _seen = Math.Max(headSize, page.Rows.Count > 0 ? page.Rows[0].Index + 1 : 0);
    }

    /// <summary>Adopts rows that the server's first render has read.</summary>
    public void Adopt(EventFilter filter, IReadOnlyList<EventRow> rows, long? next, long seen)
    {
        _turn++;
        (_filter, _rows, Next, Waiting, FreshFrom, _seen) = (filter, [.. rows], next, 0, long.MaxValue, seen);
    }

    /// <summary>The size of the tree that the list accounts for.</summary>
    public long Seen => _seen;

    /// <summary>Reads the next older page. False when there was nothing to read or the list changed meanwhile.</summary>
    public async Task<bool> LoadOlderAsync(CancellationToken cancellationToken = default)
    {
        if (Next is not { } next)
            return false;
        var turn = _turn;
        var page = await reader.EventsAsync(_filter, next, PageSize, cancellationToken);
        if (turn != _turn || Next != next)
            return false;
        _rows.AddRange(page.Rows);
        Next = page.Next;
        return true;
    }

    /// <summary>Counts what came since the list was last complete, without touching the rows.</summary>
    public async Task CountAsync(long headSize, CancellationToken cancellationToken = default)
    {
        if (headSize <= _seen)
            return;
        var turn = _turn;
        var waiting = await reader.CountNewerAsync(_filter, _seen, MostWaiting, cancellationToken);
        if (turn == _turn)
            Waiting = waiting;
    }

    /// <summary>Puts what came on top; when <paramref name="held"/> says so once it is read, it is only counted.</summary>
    public async Task CatchUpAsync(long headSize, Func<bool>? held = null, CancellationToken cancellationToken = default)
    {
        if (headSize <= _seen && Waiting == 0)
            return;
        var turn = _turn;
        var from = _seen;
        var fresh = new List<EventRow>();
        var top = from;
        for (long? before = null; ;)
        {
            var page = await reader.EventsAsync(_filter, before, PageSize, cancellationToken);
            if (turn != _turn)
                return;
            // Whoever paused or came into the list while this was read must not see it move.
            if (held?.Invoke() == true)
            {
                await CountAsync(headSize, cancellationToken);
                return;
            }
            if (before is null && page.Rows.Count > 0)
                top = page.Rows[0].Index + 1;
            fresh.AddRange(page.Rows.TakeWhile(r => r.Index >= from));
            if (page.Next is not { } next || next <= from || page.Rows.Any(r => r.Index < from))
                break;
            // More than the list follows: it starts anew at the top instead of reading them all.
            if (fresh.Count >= MostFollowed)
            {
                fresh.RemoveRange(MostFollowed, fresh.Count - MostFollowed);
                (_rows, Next) = (fresh, fresh[^1].Index);
                Settle(headSize, top, long.MaxValue);
                return;
            }
            before = next;
        }
        _rows = [.. fresh, .. _rows];
        if (_rows.Count > MostFollowed)
        {
            _rows.RemoveRange(MostFollowed, _rows.Count - MostFollowed);
            Next = _rows[^1].Index;
        }
        Settle(headSize, top, from);
    }

    /// <summary>Takes away rows from before <paramref name="from"/>: a moving range leaves them behind.</summary>
    public void Forget(DateTimeOffset from)
    {
        var keep = _rows.FindLastIndex(r => r.Leaf.At >= from) + 1;
        if (keep == _rows.Count)
            return;
        _rows = _rows[..keep];
        Next = null;
    }

    private void Settle(long headSize, long top, long freshFrom)
    {
        _seen = Math.Max(Math.Max(headSize, top), _seen);
        (Waiting, FreshFrom) = (0, freshFrom);
    }
}
