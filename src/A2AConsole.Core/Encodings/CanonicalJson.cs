using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace A2AConsole.Core.Encodings;

/// <summary>
/// JSON Canonicalization Scheme (RFC 8785): members ordered by UTF-16 code units, strings with the fewest escapes, numbers as
/// ECMAScript writes them. Takes what a strict reader has judged: no member twice, no half surrogates.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>
    /// Writes a value. Throws <see cref="InexactNumberException"/> for a number that a double does not hold exactly: its canonical text
    /// would be another number's too, and a signature over it would cover both.
    /// </summary>
    public static byte[] Write(JsonNode? value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A number's canonical text (ECMAScript's Number::toString).</summary>
    public static string Number(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            throw new InexactNumberException(text);
        // .NET writes the shortest digits that come back as the same double, as ECMAScript does.
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var (negative, digits, exponent) = Decimal(shortest);
        if (Decimal(text) is var (_, givenDigits, givenExponent) && (givenDigits != digits || givenExponent != exponent))
            throw new InexactNumberException(text);
        if (digits.Length == 0)
            return "0";
        var count = digits.Length;
        var body = exponent switch
        {
            <= 21 when count <= exponent => digits + new string('0', exponent - count),
            > 0 and <= 21 => $"{digits[..exponent]}.{digits[exponent..]}",
            > -6 and <= 0 => $"0.{new string('0', -exponent)}{digits}",
            _ => (count == 1 ? digits : $"{digits[..1]}.{digits[1..]}") + (exponent > 0 ? "e+" : "e-") + Math.Abs(exponent - 1).ToString(CultureInfo.InvariantCulture),
        };
        return negative ? "-" + body : body;
    }

    /// <summary>
    /// A number's value in one form: sign, digits d without zeros at either end, and e, for 0.d × 10^e. Zero has no digits. Two texts are the
    /// same number if and only if these are equal; nothing is rounded.
    /// </summary>
    public static (bool Negative, string Digits, int Exponent) Decimal(string text)
    {
        var negative = text[0] == '-';
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = text[(negative ? 1 : 0)..(mark < 0 ? text.Length : mark)];
        // An exponent beyond this is no number that anybody means; it must not overflow into one that is.
        var exponent = mark < 0 ? 0 : (int)Math.Clamp(Parse(text.AsSpan(mark + 1)), -100_000, 100_000);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        exponent += point < 0 ? mantissa.Length : point;
        var trimmed = digits.TrimStart('0');
        exponent -= digits.Length - trimmed.Length;
        trimmed = trimmed.TrimEnd('0');
        return trimmed.Length == 0 ? (false, "", 0) : (negative, trimmed, exponent);
    }

    private static double Parse(ReadOnlySpan<char> exponent) => double.Parse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static void Write(JsonNode? value, ArrayBufferWriter<byte> buffer)
    {
        switch (value)
        {
            case null:
                buffer.Write("null"u8);
                break;
            case JsonObject members:
                Write("{"u8, "}"u8, members.OrderBy(m => m.Key, StringComparer.Ordinal), buffer, static (m, b) =>
                {
                    WriteText(m.Key, b);
                    b.Write(":"u8);
                    Write(m.Value, b);
                });
                break;
            case JsonArray items:
                Write("["u8, "]"u8, items, buffer, Write);
                break;
            default:
                WriteScalar(value, buffer);
                break;
        }
    }

    private static void Write<T>(ReadOnlySpan<byte> open, ReadOnlySpan<byte> close, IEnumerable<T> items, ArrayBufferWriter<byte> buffer, Action<T, ArrayBufferWriter<byte>> write)
    {
        buffer.Write(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                buffer.Write(","u8);
            isFirst = false;
            write(item, buffer);
        }
        buffer.Write(close);
    }

    private static void WriteScalar(JsonNode value, ArrayBufferWriter<byte> buffer)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                WriteText(value.GetValue<string>(), buffer);
                break;
            case JsonValueKind.Number:
                buffer.Write(Encoding.ASCII.GetBytes(Number(value.ToJsonString())));
                break;
            case JsonValueKind.True:
                buffer.Write("true"u8);
                break;
            default:
                buffer.Write("false"u8);
                break;
        }
    }

    internal static void WriteText(string text, ArrayBufferWriter<byte> buffer)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\b' => escaped.Append("\\b"),
                '\f' => escaped.Append("\\f"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => escaped.Append(character),
            };
        }
        buffer.Write(Encoding.UTF8.GetBytes(escaped.Append('"').ToString()));
    }
}

/// <summary>A number has no canonical text of its own: a double does not hold it exactly.</summary>
internal sealed class InexactNumberException(string text) : Exception($"The number {(text.Length <= 40 ? text : text[..40] + "…")} is not one that a double holds exactly; write it as a string.");
