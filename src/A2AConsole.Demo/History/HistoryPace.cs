using A2AConsole.Demo.Story;

namespace A2AConsole.Demo.History;

/// <summary>
/// How dense the past is: by the day's rhythm, and rising to the live pace in its last minutes, so that no chart shows a cliff
/// where the demo was started.
/// </summary>
internal sealed class HistoryPace
{
    private static readonly TimeSpan LongestRamp = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan Sample = TimeSpan.FromMinutes(30);

    private readonly DateTimeOffset _to;
    private readonly TimeSpan _ramp;
    private readonly double _live;
    private readonly double _quiet;

    /// <param name="from">When the past begins.</param>
    /// <param name="to">When it ends.</param>
    /// <param name="events">About how many events it has.</param>
    /// <param name="live">Events a second of the live world, at an average hour.</param>
    public HistoryPace(DateTimeOffset from, DateTimeOffset to, int events, double live)
    {
        (_to, _live) = (to, live);
        // At most half of the past's events belong to its last minutes, however fast the live world is.
        var risingASecond = 0.5 * live * DayRhythm.At(to);
        var rising = Math.Min(risingASecond * LongestRamp.TotalSeconds, events * 0.5);
        _ramp = TimeSpan.FromSeconds(rising / Math.Max(risingASecond, 1e-6));
        // Weighed by the rhythm of the very days, so that a past of nights only has its events, too.
        var rhythm = 0.0;
        for (var at = from; at < to; at += Sample)
            rhythm += DayRhythm.At(at) * Sample.TotalSeconds;
        _quiet = (events - rising) / Math.Max(1, rhythm);
    }

    /// <summary>Events a second at a time of the past.</summary>
    public double At(DateTimeOffset time)
    {
        var rise = 1 - (_to - time) / _ramp;
        return DayRhythm.At(time) * (rise <= 0 ? _quiet : _quiet + (_live - _quiet) * Math.Min(1, rise));
    }
}
