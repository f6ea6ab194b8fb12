using System.Text.Json;

namespace A2AConsole.Policy.Engine;

/// <summary>What the schema says a value is, as far as a stranger's JSON needs it to be read: where a text means an entity, a moment or a fraction.</summary>
/// <param name="Kind"><c>Record, Set, Entity, datetime, decimal</c>, or any other: read as it stands.</param>
/// <param name="EntityType">For <c>Entity</c>.</param>
internal sealed record SchemaType(string Kind, string? EntityType, SchemaType? Element, IReadOnlyDictionary<string, SchemaType> Members)
{
    private const int MaxDepth = 16;
    private static readonly Dictionary<string, SchemaType> None = [];

    public static readonly SchemaType Plain = new("", null, null, None);

    /// <summary>Reads a type of a schema in the engine's JSON form with resolved names.</summary>
    /// <param name="common">The schema's named types by their qualified names.</param>
    public static SchemaType Read(JsonElement type, IReadOnlyDictionary<string, JsonElement> common, int depth = 0)
    {
        var kind = type.GetProperty("type").GetString()!;
        if (depth > MaxDepth)
            return Plain;
        if (common.TryGetValue(kind, out var named))
            return Read(named, common, depth + 1);
        return kind switch
        {
            "Record" => new SchemaType(kind, null, null, type.TryGetProperty("attributes", out var members)
                ? members.EnumerateObject().ToDictionary(m => m.Name, m => Read(m.Value, common, depth + 1), StringComparer.Ordinal) : None),
            "Set" => new SchemaType(kind, null, Read(type.GetProperty("element"), common, depth + 1), None),
            "Entity" => new SchemaType(kind, type.GetProperty("name").GetString(), null, None),
            _ => new SchemaType(kind, null, null, None),
        };
    }

    /// <summary>The named types of a schema by their qualified names.</summary>
    public static Dictionary<string, JsonElement> Common(JsonElement schema)
    {
        var common = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var space in schema.EnumerateObject())
        {
            if (!space.Value.TryGetProperty("commonTypes", out var types))
                continue;
            foreach (var type in types.EnumerateObject())
                common[space.Name.Length == 0 ? type.Name : $"{space.Name}::{type.Name}"] = type.Value;
        }
        return common;
    }
}
