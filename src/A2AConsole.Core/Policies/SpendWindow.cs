namespace A2AConsole.Core.Policies;

/// <summary>What is counted together: one agent's commitments by one action, in one currency.</summary>
public sealed record SpendKey(string Agent, string Action, string Currency);

/// <summary>One commitment, or one that waits for a decision: it counts from the moment it was asked for.</summary>
/// <param name="Id">The message; the same message counts once.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Minor">In the currency's smallest unit, not negative.</param>
public sealed record SpendEntry(string Id, DateTimeOffset At, long Minor);

/// <summary>
/// What an agent committed within a sliding window, so that an order split into parts below a threshold is seen as the whole. Pure; one caller at a time. It never counts
/// too little: when it holds too many entries, the oldest two become one at the later moment, which counts longer than it should.
/// </summary>
public sealed class SpendWindow(TimeSpan length, int capacity = 10_000)
{
    private readonly Dictionary<string, SpendEntry> _byId = new(StringComparer.Ordinal);
    private readonly SortedSet<SpendEntry> _byTime = new(Comparer<SpendEntry>.Create((a, b) => a.At.CompareTo(b.At) is var t and not 0 ? t : string.CompareOrdinal(a.Id, b.Id)));

    private long _merged;

    /// <summary>How far back it looks.</summary>
    public TimeSpan Length { get; } = length > TimeSpan.Zero ? length : throw new ArgumentOutOfRangeException(nameof(length), "a window is longer than nothing");

    public IReadOnlyCollection<SpendEntry> Entries => _byTime;

    /// <summary>
    /// What counts when this entry is added. Of a known message the larger amount does, from the later moment on: it counts no shorter than either would. Throws
    /// <see cref="ArgumentOutOfRangeException"/> for a negative amount.
    /// </summary>
    public SpendEntry Counting(SpendEntry entry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entry.Minor, nameof(entry));
        if (!_byId.TryGetValue(entry.Id, out var known))
            return entry;
        return known.Minor >= entry.Minor ? known : entry with { At = known.At > entry.At ? known.At : entry.At };
    }

    /// <summary>Counts an entry, a known message once.</summary>
    public void Add(SpendEntry entry)
    {
        entry = Counting(entry);
        if (_byId.TryGetValue(entry.Id, out var known))
            _byTime.Remove(known);
        _byId[entry.Id] = entry;
        _byTime.Add(entry);
        if (_byTime.Count > capacity)
            MergeOldest();
    }

    /// <summary>Stops counting a commitment that did not come about. One that was merged with another goes on counting.</summary>
    public bool Remove(string id) => _byId.Remove(id, out var entry) && _byTime.Remove(entry);

    /// <summary>The sum of what was committed in the window that ends <paramref name="now"/>, entries from a clock ahead of ours included. At most <see cref="long.MaxValue"/>.</summary>
    public long Total(DateTimeOffset now)
    {
        Forget(now);
        long total = 0;
        foreach (var entry in _byTime)
            total = entry.Minor > long.MaxValue - total ? long.MaxValue : total + entry.Minor;
        return total;
    }

    private void Forget(DateTimeOffset now)
    {
        while (_byTime.Min is { } oldest && oldest.At <= now - Length)
        {
            _byTime.Remove(oldest);
            _byId.Remove(oldest.Id);
        }
    }

    private void MergeOldest()
    {
        var first = Take();
        var second = Take();
        var sum = first.Minor > long.MaxValue - second.Minor ? long.MaxValue : first.Minor + second.Minor;
        // A name that no message has: nobody takes back what others put in.
        var merged = new SpendEntry($"\0{_merged++}", second.At, sum);
        _byId[merged.Id] = merged;
        _byTime.Add(merged);

        SpendEntry Take()
        {
            var oldest = _byTime.Min!;
            _byTime.Remove(oldest);
            _byId.Remove(oldest.Id);
            return oldest;
        }
    }
}
