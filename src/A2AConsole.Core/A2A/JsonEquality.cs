using System.Text.Json;
using A2AConsole.Core.A2A.Cards;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.A2A;

/// <summary>
/// When two JSON texts say the same: objects by their members in any order, arrays item by item, strings by their characters
/// whatever was escaped, numbers by their exact decimal value. Nothing is rounded: 1.0 is 1, but 0.1 is not the double next to it.
/// </summary>
internal static class JsonEquality
{
    /// <summary>A JSON pointer to the first member in which they differ, or null when they say the same.</summary>
    public static string? FirstDifference(JsonElement one, JsonElement other, string at = "")
    {
        if (one.ValueKind != other.ValueKind)
            return Shown(at);
        switch (one.ValueKind)
        {
            case JsonValueKind.Object:
                var count = 0;
                foreach (var member in one.EnumerateObject())
                {
                    var pointer = $"{at}/{CardDifference.Escape(member.Name)}";
                    if (!other.TryGetProperty(member.Name, out var twin))
                        return pointer;
                    if (FirstDifference(member.Value, twin, pointer) is { } inner)
                        return inner;
                    count++;
                }
                foreach (var member in other.EnumerateObject())
                {
                    if (!one.TryGetProperty(member.Name, out _))
                        return $"{at}/{CardDifference.Escape(member.Name)}";
                    count--;
                }
                return count == 0 ? null : Shown(at);
            case JsonValueKind.Array:
                var length = one.GetArrayLength();
                for (var i = 0; i < Math.Min(length, other.GetArrayLength()); i++)
                {
                    if (FirstDifference(one[i], other[i], $"{at}/{i}") is { } inner)
                        return inner;
                }
                return length == other.GetArrayLength() ? null : $"{at}/{Math.Min(length, other.GetArrayLength())}";
            case JsonValueKind.String:
                return string.Equals(one.GetString(), other.GetString(), StringComparison.Ordinal) ? null : Shown(at);
            case JsonValueKind.Number:
                return CanonicalJson.Decimal(one.GetRawText()) == CanonicalJson.Decimal(other.GetRawText()) ? null : Shown(at);
            default:
                return null;
        }
    }

    private static string Shown(string at) => at.Length == 0 ? "/" : at;
}
