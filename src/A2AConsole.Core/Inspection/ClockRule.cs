namespace A2AConsole.Core.Inspection;

/// <summary>
/// Whether an agent's clock is off by more than is well. It is found at the limit and over again at half of it, so that a clock
/// at the limit does not come and go.
/// </summary>
public static class ClockRule
{
    /// <summary>From which change on a clock is written down anew, in milliseconds: what is less is the network's.</summary>
    public const int Notable = 1000;

    /// <summary>Whether what was seen (milliseconds ahead) differs from what is on record by enough to be written.</summary>
    public static bool IsNews(int seen, int? onRecord) => Math.Abs((long)seen - (onRecord ?? 0)) >= Notable;

    /// <summary><paramref name="aheadMs"/>: how far it was ahead of ours, in milliseconds (negative: behind); null when no event came.</summary>
    public static Shortcoming? Judge(int? aheadMs, bool isFound, TimeSpan limit)
    {
        if (aheadMs is not { } ahead || Math.Abs((long)ahead) < limit.TotalMilliseconds * (isFound ? 0.5 : 1))
            return null;
        // In steps that grow with it: what is said does not change with every event.
        var seconds = (long)Math.Round(Math.Abs((long)ahead) / 1000.0);
        var step = seconds < 60 ? 5 : seconds < 600 ? 30 : 300;
        var shown = Math.Max(step, seconds / step * step);
        var side = ahead > 0 ? "ahead of" : "behind";
        return new($"By its newest events its clock is {shown} s {side} ours; at most {(long)limit.TotalSeconds} s are well. Set it by NTP: events that are too old or too early are refused.",
            $"about {shown} s {side} ours", $"at most {(long)limit.TotalSeconds} s");
    }
}
