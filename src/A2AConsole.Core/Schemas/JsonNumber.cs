using System.Text;

namespace A2AConsole.Core.Schemas;

/// <summary>
/// A JSON number exactly as written: sign, digits without leading or trailing zeros, and the power of ten of the first digit.
/// Binary or 28-digit arithmetic would round a value just outside a limit to the limit.
/// </summary>
internal readonly struct JsonNumber
{
    private readonly byte[] _digits;
    private readonly int _sign;
    // Value = ±0.d1d2d3… × 10^_point.
    private readonly long _point;

    private JsonNumber(int sign, byte[] digits, long point) => (_sign, _digits, _point) = (sign, digits, point);

    public static JsonNumber Parse(string text) => Parse(Encoding.ASCII.GetBytes(text));

    /// <summary>Parses a number token that a JSON reader has accepted.</summary>
    public static JsonNumber Parse(ReadOnlySpan<byte> text)
    {
        var sign = text[0] == '-' ? -1 : 1;
        if (sign < 0)
            text = text[1..];
        var exponentAt = text.IndexOfAny((byte)'e', (byte)'E');
        var exponent = exponentAt < 0 ? 0 : ParseExponent(text[(exponentAt + 1)..]);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var dot = mantissa.IndexOf((byte)'.');
        long point = dot < 0 ? mantissa.Length : dot;
        var digits = new byte[mantissa.Length - (dot < 0 ? 0 : 1)];
        mantissa[..(int)point].CopyTo(digits);
        if (dot >= 0)
            mantissa[(dot + 1)..].CopyTo(digits.AsSpan(dot));
        var significant = digits.AsSpan().TrimStart((byte)'0');
        point -= digits.Length - significant.Length;
        significant = significant.TrimEnd((byte)'0');
        return significant.IsEmpty ? new JsonNumber(0, [], 0) : new JsonNumber(sign, significant.ToArray(), point + exponent);
    }

    /// <summary>Whether it is a whole number, such as 1.0 or 1e2 too (2020-12, validation §6.1.1).</summary>
    public bool IsInteger => _sign == 0 || _point >= _digits.Length;

    public int CompareTo(in JsonNumber other)
    {
        if (_sign != other._sign)
            return _sign.CompareTo(other._sign);
        var magnitude = _point != other._point ? _point.CompareTo(other._point) : _digits.AsSpan().SequenceCompareTo(other._digits);
        return _sign * Math.Sign(magnitude);
    }

    private static long ParseExponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        long value = 0;
        foreach (var digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
        {
            // Far beyond any token's length, so that clamping changes no comparison with a limit.
            if (value < 1_000_000_000_000)
                value = value * 10 + digit - '0';
        }
        return negative ? -value : value;
    }
}
