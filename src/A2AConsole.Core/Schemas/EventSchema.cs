namespace A2AConsole.Core.Schemas;

/// <summary>An event type's compiled schema. Immutable; safe from several threads at once.</summary>
public sealed class EventSchema
{
    private readonly SchemaNode _root;

    internal EventSchema(string type, string id, string? title, string? description, string json, SchemaNode root)
        => (Type, Id, Title, Description, Json, _root) = (type, id, title, description, json, root);

    /// <summary>The event type, e.g. <c>purchase.approved</c>.</summary>
    public string Type { get; }

    /// <summary>The document's <c>$id</c>: what an event's <c>dataschema</c> must say.</summary>
    public string Id { get; }

    public string? Title { get; }
    public string? Description { get; }

    /// <summary>The schema's own text.</summary>
    public string Json { get; }

    /// <summary>The first rule that <paramref name="data"/> (one JSON value, UTF-8) breaks, or null. Never throws for bad data.</summary>
    public SchemaViolation? Validate(ReadOnlySpan<byte> data) => SchemaValidator.Validate(_root, data);
}
