namespace A2AConsole.Demo.Story;

/// <summary>How busy the world is: quiet at night and at the weekend, busiest before noon. The average over a week is about 1.</summary>
public static class DayRhythm
{
    /// <summary>The factor on the average pace, 0.5 to 1.5.</summary>
    public static double At(DateTimeOffset time)
    {
        var hour = time.UtcDateTime.TimeOfDay.TotalHours;
        var day = 1 + 0.5 * Math.Cos((hour - 11) / 24 * 2 * Math.PI);
        return time.UtcDateTime.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.5 + (day - 0.5) * 0.45 : day;
    }
}
