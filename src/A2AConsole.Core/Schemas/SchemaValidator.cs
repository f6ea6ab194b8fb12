using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Schemas;

/// <summary>Walks a compiled schema and a JSON text side by side, once, without making anything of the text. The first broken rule ends it.</summary>
internal static class SchemaValidator
{
    public static SchemaViolation? Validate(SchemaNode root, ReadOnlySpan<byte> json)
    {
        try
        {
            if (!System.Text.Unicode.Utf8.IsValid(json))
                return new SchemaViolation("", "must be valid UTF-8");
            var reader = JsonText.Reader(json);
            reader.Read();
            var violation = Value(root, ref reader);
            if (violation is null && reader.Read())
                violation = new SchemaViolation("", "must be one JSON value");
            return violation;
        }
        catch (JsonException)
        {
            return new SchemaViolation("", $"must be well-formed JSON of at most {JsonText.MaxDepth} levels");
        }
    }

    /// <summary>Validates the value that the reader stands at, and leaves the reader at its last token.</summary>
    private static SchemaViolation? Value(SchemaNode node, ref Utf8JsonReader reader)
    {
        if (node.Reference is { } reference)
        {
            // Keywords beside $ref hold as well as what it refers to (2020-12, core §8.2.3.1): the value is walked twice.
            var again = reader;
            if (Value(reference, ref again) is { } violation)
                return violation;
        }
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Type(node, JsonTypes.Object) ?? Object(node, ref reader);
            case JsonTokenType.StartArray:
                return Type(node, JsonTypes.Array) ?? Array(node, ref reader);
            case JsonTokenType.String:
                return Type(node, JsonTypes.String) ?? String(node, ref reader);
            case JsonTokenType.Number:
                return Number(node, ref reader);
            case JsonTokenType.True:
            case JsonTokenType.False:
                return Type(node, JsonTypes.Boolean)
                    ?? (node.Constant is { } constant && constant != (reader.TokenType == JsonTokenType.True) ? Break(node.ValuesText) : OnlyValues(node, JsonTypes.Boolean));
            default:
                return Type(node, JsonTypes.Null) ?? OnlyValues(node, JsonTypes.Null);
        }
    }

    private static SchemaViolation? Object(SchemaNode node, ref Utf8JsonReader reader)
    {
        if (OnlyValues(node, JsonTypes.Object) is { } notOne)
            return notOne;
        var seen = 0UL;
        Span<byte> scratch = stackalloc byte[128];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!JsonText.IsWellFormed(in reader))
                return Break("has a member name with half of a surrogate pair");
            var index = Find(node.Properties, JsonText.Unescaped(in reader, scratch));
            if (index < 0 && !node.AllowsOthers)
                return Inside(JsonText.Printable(JsonText.Unescaped(in reader, scratch)), Break("is not a member that the schema knows"));
            if (index >= 0)
            {
                var bit = 1UL << index;
                if ((seen & bit) != 0)
                    return Inside(node.Properties[index].Name, Break("must appear once"));
                seen |= bit;
            }
            reader.Read();
            if (index >= 0 && node.Properties[index].Schema is { } schema)
            {
                if (Value(schema, ref reader) is { } violation)
                    return Inside(node.Properties[index].Name, violation);
            }
            else
            {
                reader.Skip();
            }
        }
        if ((node.Required & ~seen) is var missing and not 0)
            return Inside(node.Properties[System.Numerics.BitOperations.TrailingZeroCount(missing)].Name, Break("is required"));
        return null;
    }

    private static int Find(SchemaProperty[] properties, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < properties.Length; i++)
        {
            if (name.SequenceEqual(properties[i].Utf8))
                return i;
        }
        return -1;
    }

    private static SchemaViolation? Array(SchemaNode node, ref Utf8JsonReader reader)
    {
        if (OnlyValues(node, JsonTypes.Array) is { } notOne)
            return notOne;
        HashSet<UInt128>? unique = node.UniqueItems ? [] : null;
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == node.MaxItems)
                return Break(string.Create(CultureInfo.InvariantCulture, $"must have at most {node.MaxItems} items"));
            var index = count++;
            if (unique is not null && reader.TokenType == JsonTokenType.String && !IsNew(unique, ref reader))
                return Inside(index.ToString(CultureInfo.InvariantCulture), Break("must not repeat an earlier item"));
            if (node.Items is null)
                reader.Skip();
            else if (Value(node.Items, ref reader) is { } violation)
                return Inside(index.ToString(CultureInfo.InvariantCulture), violation);
        }
        return count < node.MinItems ? Break(string.Create(CultureInfo.InvariantCulture, $"must have at least {node.MinItems} items")) : null;
    }

    /// <summary>Items that must be unique are strings (the compiler sees to that).</summary>
    private static bool IsNew(HashSet<UInt128> seen, ref Utf8JsonReader reader)
    {
        if (!JsonText.IsWellFormed(in reader))
            return true;
        Span<byte> scratch = stackalloc byte[128];
        return seen.Add(XxHash128.HashToUInt128(JsonText.Unescaped(in reader, scratch)));
    }

    private static SchemaViolation? String(SchemaNode node, ref Utf8JsonReader reader)
    {
        if (!JsonText.IsWellFormed(in reader))
            return Break("must not have half of a surrogate pair");
        if (node.Constant is not null)
            return Break(node.ValuesText);
        if (!node.HasStringRules)
            return null;
        if (!reader.ValueIsEscaped)
            return String(node, reader.ValueSpan);
        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return String(node, rented.AsSpan(0, reader.CopyString(rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static SchemaViolation? String(SchemaNode node, ReadOnlySpan<byte> text)
    {
        if (node.Strings is { } strings && !IsOneOf(strings, text))
            return Break(node.ValuesText);
        if ((node.MinLength > 0 || node.MaxLength < text.Length) && CountCharacters(text) is var length && (length < node.MinLength || length > node.MaxLength))
            return Break(node.MaxLength == int.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"must have at least {node.MinLength} characters")
                : string.Create(CultureInfo.InvariantCulture, $"must have {node.MinLength} to {node.MaxLength} characters"));
        return node.Pattern is { } pattern && !pattern.IsMatch(text) ? Break($"must match {pattern.Source}") : null;
    }

    private static bool IsOneOf(byte[][] strings, ReadOnlySpan<byte> text)
    {
        foreach (var value in strings)
        {
            if (text.SequenceEqual(value))
                return true;
        }
        return false;
    }

    /// <summary>JSON Schema counts characters as RFC 8259 does: code points.</summary>
    private static int CountCharacters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var unit in utf8)
            count += (unit & 0xC0) == 0x80 ? 0 : 1;
        return count;
    }

    private static SchemaViolation? Number(SchemaNode node, ref Utf8JsonReader reader)
    {
        if (OnlyValues(node, JsonTypes.Number) is { } notOne)
            return notOne;
        var wantsInteger = node.Types != JsonTypes.Any && (node.Types & JsonTypes.Number) == 0;
        if (wantsInteger && (node.Types & JsonTypes.Integer) == 0)
            return Break(node.TypeText);
        if (!wantsInteger && node.Minimum is null && node.Maximum is null)
            return null;
        var number = JsonNumber.Parse(reader.ValueSpan);
        if (wantsInteger && !number.IsInteger)
            return Break(node.TypeText);
        return (node.Minimum is { } minimum && number.CompareTo(minimum) < 0) || (node.Maximum is { } maximum && number.CompareTo(maximum) > 0)
            ? Break(node.ValuesText)
            : null;
    }

    private static SchemaViolation? Type(SchemaNode node, JsonTypes type)
        => node.Types == JsonTypes.Any || (node.Types & type) != 0 ? null : Break(node.TypeText);

    /// <summary>An enumeration or constant refuses every value of another type.</summary>
    private static SchemaViolation? OnlyValues(SchemaNode node, JsonTypes type)
        => node.Strings is null && (node.Constant is null || type == JsonTypes.Boolean) ? null : Break(node.ValuesText);

    private static SchemaViolation Break(string rule) => new("", rule);

    private static SchemaViolation Inside(string segment, SchemaViolation inner)
        => inner with { Pointer = $"/{segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}{inner.Pointer}" };
}
