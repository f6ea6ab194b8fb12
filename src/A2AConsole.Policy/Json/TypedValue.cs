using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Json;

/// <summary>
/// Reads a stranger's JSON by the schema: a text is an entity, a moment or a fraction only where the <em>schema</em> says so, never because of how it looks.
/// </summary>
internal static class TypedValue
{
    private static readonly string[] Moments = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];

    public static PolicyValue Read(JsonElement value, SchemaType type) => type.Kind switch
    {
        "Entity" => Entity(value, type.EntityType!),
        "datetime" => value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParseExact(value.GetString(), Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment : throw new FormatException("a moment is written 2026-11-20T12:00:00Z"),
        "decimal" => value.ValueKind == JsonValueKind.String && decimal.TryParse(value.GetString(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fraction)
            ? new PolicyValue.Fraction(fraction) : throw new FormatException("a fraction is written \"12.5\""),
        "Set" when value.ValueKind == JsonValueKind.Array => new PolicyValue.Many([.. value.EnumerateArray().Select(i => Read(i, type.Element!))]),
        "Record" when value.ValueKind == JsonValueKind.Object => Fields(value, type),
        _ => ForeignValue.Read(value),
    };

    public static PolicyValue.Fields Fields(JsonElement value, SchemaType type)
    {
        var members = new Dictionary<string, PolicyValue>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!members.TryAdd(member.Name, Read(member.Value, type.Members.GetValueOrDefault(member.Name) ?? SchemaType.Plain)))
                throw new FormatException($"'{member.Name}' is there twice");
        }
        return new PolicyValue.Fields(members);
    }

    /// <summary>An identifier, or <c>{"type","id"}</c> with the schema's type.</summary>
    private static PolicyValue Entity(JsonElement value, string entityType)
    {
        var id = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Object when value.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == entityType
                && value.TryGetProperty("id", out var inner) && inner.ValueKind == JsonValueKind.String => inner.GetString()!,
            _ => throw new FormatException($"an entity of type {entityType} is its identifier, or {{\"type\":\"{entityType}\",\"id\":…}}"),
        };
        var uid = new EntityUid(entityType, id);
        return uid.Check() is { } broken ? throw new FormatException(broken) : uid;
    }
}
