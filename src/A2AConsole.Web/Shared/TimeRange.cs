using System.Globalization;

namespace A2AConsole.Web.Shared;

/// <summary>
/// A page's time range: the last so much (<c>15m</c>, <c>1h</c>, <c>6h</c>, <c>24h</c>, <c>7d</c> and so on: moves with the clock), or from–to
/// (<c>2026-11-23T04:00Z..2026-11-23T05:00Z</c>: stands still). The text is what the URL says.
/// </summary>
public sealed record TimeRange
{
    private TimeRange(string text, TimeSpan? last, DateTimeOffset? from, DateTimeOffset? to) => (Text, Last, Start, End) = (text, last, from, to);

    /// <summary>As in the URL.</summary>
    public string Text { get; }
    /// <summary>How far back a moving range reaches.</summary>
    public TimeSpan? Last { get; }
    private DateTimeOffset? Start { get; }
    private DateTimeOffset? End { get; }

    /// <summary>The moving ranges that are offered, shortest first.</summary>
    public static IReadOnlyList<(string Text, string Words)> Offered { get; } =
        [("15m", "15 min"), ("1h", "1 h"), ("6h", "6 h"), ("24h", "24 h"), ("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days")];

    /// <summary>Reads a range; what cannot be read is <paramref name="fallback"/>.</summary>
    public static TimeRange Parse(string? text, string fallback = "1h")
        => TryParse(text) ?? TryParse(fallback) ?? throw new FormatException($"'{fallback}' is not a time range");

    /// <summary>A range that stands still.</summary>
    public static TimeRange Between(DateTimeOffset from, DateTimeOffset to) => new($"{Iso(from)}..{Iso(to)}", null, from, to);

    /// <summary>Its bounds now; the end of a moving range is open.</summary>
    public (DateTimeOffset From, DateTimeOffset? To) Bounds(DateTimeOffset now) => Last is { } last ? (now - last, null) : (Start!.Value, End);

    /// <summary>Whether new events fall into it.</summary>
    public bool IsLive => Last is not null;

    /// <summary>"the last 15 min", "23 Nov 04:00 to 05:00 UTC".</summary>
    public string Words => Last is not null
        ? Text == "1h" ? "the last hour" : "the last " + (Offered.FirstOrDefault(o => o.Text == Text).Words ?? Durations.Length(Last.Value))
        : string.Create(CultureInfo.InvariantCulture, $"{Start:d MMM HH:mm} to {(Start!.Value.Date == End!.Value.Date ? End.Value.ToString("HH:mm", CultureInfo.InvariantCulture) : End.Value.ToString("d MMM HH:mm", CultureInfo.InvariantCulture))} UTC");

    private static TimeRange? TryParse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Split("..") is [var from, var to])
            return Time(from) is { } start && Time(to) is { } end && start < end ? new(text, null, start, end) : null;
        if (!int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 10_000)
            return null;
        return text[^1] switch
        {
            'm' => new(text, TimeSpan.FromMinutes(number), null, null),
            'h' => new(text, TimeSpan.FromHours(number), null, null),
            'd' when number <= 400 => new(text, TimeSpan.FromDays(number), null, null),
            _ => null,
        };
    }

    private static DateTimeOffset? Time(string text)
        => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
