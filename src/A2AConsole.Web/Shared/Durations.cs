using System.Globalization;

namespace A2AConsole.Web.Shared;

/// <summary>Times and lengths of time in words. The browser's module says them in the same way.</summary>
public static class Durations
{
    /// <summary>"now", "12 s ago", "3 min ago", "5 h ago", "9 days ago"; in the future "in 3 min".</summary>
    public static string Ago(TimeSpan since)
    {
        var length = since.Duration();
        if (length < TimeSpan.FromSeconds(1))
            return "now";
        return since > TimeSpan.Zero ? Length(length) + " ago" : "in " + Length(length);
    }

    /// <summary>"12 s", "41 min", "7 h", "9 days".</summary>
    public static string Length(TimeSpan length)
    {
        var (number, unit) = length.TotalSeconds < 60 ? (length.TotalSeconds, "s")
            : length.TotalMinutes < 60 ? (length.TotalMinutes, "min")
            : length.TotalHours < 48 ? (length.TotalHours, "h")
            : (length.TotalDays, "days");
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(number):0} {unit}");
    }

    /// <summary>"2026-11-23 04:20:07.123 UTC".</summary>
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);
}
