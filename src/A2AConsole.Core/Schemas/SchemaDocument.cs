using System.Text.Json;

namespace A2AConsole.Core.Schemas;

/// <summary>One schema document while it is compiled.</summary>
internal sealed class SchemaDocument : IDisposable
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private readonly JsonDocument _document;

    private SchemaDocument(string name, string json, JsonDocument document, string id) => (Name, Json, _document, Id) = (name, json, document, id);

    public string Name { get; }
    public string Json { get; }
    public string Id { get; }
    public JsonElement Root => _document.RootElement;

    /// <summary>Whether it describes an event's data, rather than only holding definitions.</summary>
    public bool IsEventType => Root.TryGetProperty("type", out _);

    public static SchemaDocument Parse(string name, string json)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("$schema", out var dialect) || dialect.ValueKind != JsonValueKind.String || dialect.GetString() != Dialect)
                throw new SchemaException($"{name}: a schema is an object whose $schema is {Dialect}.");
            if (!root.TryGetProperty("$id", out var id) || id.ValueKind != JsonValueKind.String || id.GetString()!.Contains('#', StringComparison.Ordinal))
                throw new SchemaException($"{name}: a schema needs an $id without a fragment.");
            return new SchemaDocument(name, json, document, id.GetString()!);
        }
        catch (JsonException e)
        {
            document?.Dispose();
            throw new SchemaException($"{name}: not well-formed JSON: {e.Message}", e);
        }
        catch (SchemaException)
        {
            document?.Dispose();
            throw;
        }
    }

    public string? Text(string member) => Root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public void Dispose() => _document.Dispose();
}
