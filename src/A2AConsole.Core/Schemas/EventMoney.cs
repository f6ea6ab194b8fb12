using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace A2AConsole.Core.Schemas;

/// <summary>
/// Money that an event names. Amounts are kept in ten-thousandths of the currency's unit, which is what the schemas' four decimals
/// need; currencies are never mixed.
/// </summary>
/// <param name="TenThousandths">The amount × 10,000, at most <see cref="Most"/> either way.</param>
/// <param name="Currency">ISO 4217.</param>
public readonly record struct EventMoney(long TenThousandths, string Currency)
{
    /// <summary>Where counting ends: a trillion units. Sums of many days then stay within 64 bits, whatever somebody writes.</summary>
    public const long Most = 1_000_000_000_000 * Unit;

    /// <summary>One unit of a currency.</summary>
    public const long Unit = 10_000;

    // Which member of an event's data says what the message is about, beside amounts that are parts of it or prices of one piece.
    private static readonly FrozenDictionary<string, string> _pointers = new Dictionary<string, string>
    {
        ["customs.declaration"] = "/customsValue",
        ["invoice.payment.requested"] = "/amount",
        ["logistics.exception"] = "/costImpact",
        ["purchase.approved"] = "/limit",
        ["replenishment.proposed"] = "/total",
        ["route.quote"] = "/price",
        ["shipment.release"] = "/declaredValue",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, byte[]> _members
        = _pointers.ToFrozenDictionary(p => p.Key, p => Encoding.UTF8.GetBytes(p.Value[1..]), StringComparer.Ordinal);

    /// <summary>The types that name money, with the JSON pointer (RFC 6901) of the object with <c>amount</c> and <c>currency</c>.</summary>
    public static IReadOnlyDictionary<string, string> Pointers => _pointers;

    /// <summary>What <paramref name="data"/> names, when its type is one that does; null also where the member is left out. For data that is valid by its schema.</summary>
    public static EventMoney? Of(string type, ReadOnlySpan<byte> data)
    {
        if (!_members.TryGetValue(type, out var member))
            return null;
        var reader = new Utf8JsonReader(data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(member);
            if (!reader.Read())
                return null;
            if (found)
                return reader.TokenType == JsonTokenType.StartObject ? Read(ref reader) : null;
            reader.Skip();
        }
        return null;
    }

    /// <summary>The sum of two amounts of one currency, which ends at <see cref="Most"/>.</summary>
    public static long Add(long a, long b) => Math.Clamp(a + b, -Most, Most);

    private static EventMoney? Read(ref Utf8JsonReader reader)
    {
        long? amount = null;
        string? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAmount = reader.ValueTextEquals("amount"u8);
            var isCurrency = reader.ValueTextEquals("currency"u8);
            if (!reader.Read())
                return null;
            if (isAmount && reader.TokenType == JsonTokenType.String)
                amount = Amount(ref reader);
            else if (isCurrency && reader.TokenType == JsonTokenType.String)
                currency = Code(ref reader);
            else
                reader.Skip();
        }
        return amount is { } value && currency is not null ? new(value, currency) : null;
    }

    private static long? Amount(ref Utf8JsonReader reader)
    {
        // The schema's form has no escapes and at most 21 characters.
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > 32
            || !Utf8Parser.TryParse(reader.ValueSpan, out decimal amount, out var read) || read != reader.ValueSpan.Length)
            return null;
        return (long)Math.Clamp(decimal.Truncate(amount * Unit), -Most, Most);
    }

    private static string? Code(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length != 3)
            return null;
        // A handful of currencies are nearly all there are: no string each.
        return reader.ValueTextEquals("EUR"u8) ? "EUR" : reader.ValueTextEquals("USD"u8) ? "USD" : reader.GetString();
    }

    /// <summary>The amount with its currency, e.g. <c>EUR 18,450.00</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Currency} {(decimal)TenThousandths / Unit:N2}");
}
