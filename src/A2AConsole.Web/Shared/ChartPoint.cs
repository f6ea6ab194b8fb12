namespace A2AConsole.Web.Shared;

/// <summary>One bar: where it starts, how long it lasts, its value.</summary>
public readonly record struct ChartPoint(DateTimeOffset Start, TimeSpan Step, long Value);

/// <summary>What is usual for one bar.</summary>
public readonly record struct ChartBand(long Low, long High);

/// <summary>Something to be looked at on a chart: where it leads, what it is, how grave (0 to 3).</summary>
public readonly record struct ChartMark(DateTimeOffset At, string Href, string Label, int Step);

/// <summary>Axis arithmetic.</summary>
public static class ChartScale
{
    /// <summary>The smallest of 1, 2, 4, 5, 10 × 10ⁿ that is at least <paramref name="value"/>: the axis ends there. At least 1.</summary>
    public static long Top(long value)
    {
        if (value <= 1)
            return 1;
        var unit = (long)Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var factor in (ReadOnlySpan<int>)[1, 2, 4, 5, 10])
            if (factor * unit >= value)
                return factor * unit;
        return 10 * unit;
    }
}
