using System.Globalization;

namespace A2AConsole.Core.Policies;

/// <summary>
/// Amounts of money as whole numbers of a currency's smallest unit (cents, fils), as policies compare them. What cannot be told exactly is refused:
/// fractions of the smallest unit, numbers beyond 64 bits, currencies that are not known.
/// </summary>
public static class MinorUnits
{
    private const int MaxLength = 40;

    /// <summary>Parses a decimal text such as <c>18450.00</c>; <paramref name="error"/> says what would be right.</summary>
    public static bool TryParse(string? amount, string? currency, out long minor, out string? error)
    {
        minor = 0;
        if (CurrencyUnits.Digits(currency) is not { } digits)
        {
            error = "the currency is not known; an ISO 4217 code such as EUR is expected";
            return false;
        }
        if (amount is null || amount.Length is 0 or > MaxLength || !IsPlain(amount))
        {
            error = "an amount is digits with at most one point between them, for example 18450.00";
            return false;
        }
        var point = amount.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? "" : amount[(point + 1)..];
        if (fraction.Length > digits)
        {
            error = $"{currency} has {digits} digits after the point";
            return false;
        }
        var whole = (point < 0 ? amount : amount[..point]) + fraction.PadRight(digits, '0');
        error = long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out minor) ? null : "the amount is beyond what can be counted";
        return error is null;
    }

    /// <summary>
    /// An amount in another currency's smallest unit at a rate (how much of the other one unit is), rounded away from zero: a threshold is never missed by rounding.
    /// Null when it is beyond what can be counted.
    /// </summary>
    public static long? Convert(long minor, string from, string to, decimal rate)
    {
        if (CurrencyUnits.Digits(from) is not { } fromDigits || CurrencyUnits.Digits(to) is not { } toDigits)
            return null;
        try
        {
            var value = minor * rate;
            for (var i = fromDigits; i < toDigits; i++)
                value *= 10;
            for (var i = toDigits; i < fromDigits; i++)
                value /= 10;
            return (long)(value < 0 ? decimal.Floor(value) : decimal.Ceiling(value));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>For people: <c>214,300.00</c>, without the currency.</summary>
    public static string Format(Int128 minor, string currency)
    {
        var digits = CurrencyUnits.Digits(currency) ?? 2;
        var unit = (Int128)1;
        for (var i = 0; i < digits; i++)
            unit *= 10;
        var (whole, rest) = (Int128.Abs(minor) / unit, Int128.Abs(minor) % unit);
        var text = whole.ToString("N0", CultureInfo.InvariantCulture);
        return (minor < 0 ? "-" : "") + (digits == 0 ? text : text + "." + rest.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'));
    }

    private static bool IsPlain(string amount)
    {
        var digits = amount.AsSpan(amount[0] == '-' ? 1 : 0);
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? "0" : digits[(point + 1)..];
        return whole.Length > 0 && fraction.Length > 0 && !whole.ContainsAnyExceptInRange('0', '9') && !fraction.ContainsAnyExceptInRange('0', '9') && (whole.Length == 1 || whole[0] != '0');
    }
}
