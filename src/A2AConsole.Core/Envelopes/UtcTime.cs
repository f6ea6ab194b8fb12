using System.Globalization;

namespace A2AConsole.Core.Envelopes;

/// <summary>Times on the wire: RFC 3339 in UTC with 'Z', nothing else, so that one moment has few spellings and no reader guesses a zone.</summary>
public static class UtcTime
{
    /// <summary>Parses <c>yyyy-MM-ddTHH:mm:ss[.f…]Z</c> with up to nine decimals (cut to 100 ns). Leap seconds are refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 20 or > 30 || text[^1] != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return false;
        if (!Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        long ticks = 0;
        if (text.Length > 20)
        {
            var decimals = text[20..^1];
            if (text[19] != '.' || decimals.IsEmpty || decimals.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return false;
            for (var i = 0; i < 7; i++)
                ticks = ticks * 10 + (i < decimals.Length ? decimals[i] - '0' : 0);
        }
        time = new DateTimeOffset(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).AddTicks(ticks));
        return true;
    }

    /// <summary>Writes a time with milliseconds, as we do everywhere.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + digit - '0';
        }
        return true;
    }
}
