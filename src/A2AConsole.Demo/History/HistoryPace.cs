using A2AConsole.Demo.Story;

namespace A2AConsole.Demo.History;

/// <summary>
/// How dense the past is: by the day's rhythm, and growing towards the live pace in its last day or so, so that no chart shows a
/// cliff where the demo was started, whatever its range.
/// </summary>
internal sealed class HistoryPace
{
    private static readonly TimeSpan LongestGrowth = TimeSpan.FromHours(24);
    private static readonly TimeSpan Sample = TimeSpan.FromMinutes(10);

    private readonly DateTimeOffset _to;
    private readonly TimeSpan _growth;
    private readonly double _live;
    private readonly double _quiet;

    /// <param name="from">When the past begins.</param>
    /// <param name="to">When it ends.</param>
    /// <param name="events">About how many events it has.</param>
    /// <param name="live">Events a second of the live world, at an average hour.</param>
    public HistoryPace(DateTimeOffset from, DateTimeOffset to, int events, double live)
    {
        (_to, _live) = (to, live);
        // The growth takes half of the past's events, however fast the live world is: the faster, the later it begins.
        _growth = TimeSpan.FromSeconds(Math.Min(LongestGrowth.TotalSeconds, 0.5 * events / Math.Max(live * DayRhythm.At(to), 1e-6)));
        // Weighed by the rhythm of the very days, so that a past of nights only has its events, too.
        double all = 0, grown = 0;
        for (var at = from; at < to; at += Sample)
        {
            var end = at + Sample < to ? at + Sample : to;
            all += DayRhythm.At(at) * (end - at).TotalSeconds;
            grown += DayRhythm.At(at) * _growth.TotalSeconds * (Growth(end) - Growth(at));
        }
        _quiet = Math.Max(0, (events - live * grown) / Math.Max(1, all - grown));
    }

    /// <summary>Events a second at a time of the past.</summary>
    public double At(DateTimeOffset time) => DayRhythm.At(time) * (_quiet + (_live - _quiet) * Growth(time));

    /// <summary>How far the pace has come from quiet (0) to live (1).</summary>
    private double Growth(DateTimeOffset time) => Math.Exp((time - _to) / _growth);
}
