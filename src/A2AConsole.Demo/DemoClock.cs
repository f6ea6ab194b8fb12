namespace A2AConsole.Demo;

/// <summary>
/// The process's clock in the demo: while the past is written it shows the past, then it shows the present. It never goes back.
/// Timers always run on the system's time.
/// </summary>
public sealed class DemoClock : TimeProvider
{
    private readonly TimeProvider _present;
    private long _past;

    /// <summary>Starts in the past, or in the present when <paramref name="past"/> is null.</summary>
    /// <param name="present">The clock that shows the present.</param>
    /// <param name="past">Where the past begins.</param>
    public DemoClock(TimeProvider present, DateTimeOffset? past = null) => (_present, _past) = (present, past?.UtcTicks ?? 0);

    /// <summary>Whether the past is still being written.</summary>
    public bool IsPast => Volatile.Read(ref _past) != 0;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Volatile.Read(ref _past) is not 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : _present.GetUtcNow();

    /// <summary>Moves the past on; an earlier time, or any once the clock shows the present, changes nothing.</summary>
    public void MoveTo(DateTimeOffset time)
    {
        for (var shown = Volatile.Read(ref _past); shown != 0 && shown < time.UtcTicks; shown = Volatile.Read(ref _past))
            if (Interlocked.CompareExchange(ref _past, time.UtcTicks, shown) == shown)
                return;
    }

    /// <summary>Shows the present from now on.</summary>
    public void BecomePresent() => Volatile.Write(ref _past, 0);
}
