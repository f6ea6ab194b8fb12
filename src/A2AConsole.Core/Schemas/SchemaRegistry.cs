using System.Collections.Frozen;

namespace A2AConsole.Core.Schemas;

/// <summary>
/// The event types that we take and their compiled schemas. A document <c>urn:a2aconsole:schema:&lt;type&gt;:v&lt;n&gt;</c> whose root has a
/// <c>type</c> describes the event type; one without (<c>common</c>) only holds definitions.
/// </summary>
public sealed class SchemaRegistry
{
    private const string IdPrefix = "urn:a2aconsole:schema:";
    private const string ResourceSuffix = ".schema.json";

    private static readonly Lazy<SchemaRegistry> Embedded = new(() => Load(ReadEmbedded()));

    private readonly FrozenDictionary<string, EventSchema> _byType;

    private SchemaRegistry(IEnumerable<EventSchema> schemas)
    {
        _byType = schemas.ToFrozenDictionary(s => s.Type, StringComparer.Ordinal);
        All = [.. _byType.Values.OrderBy(s => s.Type, StringComparer.Ordinal)];
    }

    /// <summary>The schemas that come with the product.</summary>
    public static SchemaRegistry Default => Embedded.Value;

    /// <summary>Every registered type, by name.</summary>
    public IReadOnlyList<EventSchema> All { get; }

    /// <summary>
    /// Compiles schema documents that may refer to each other. Throws <see cref="SchemaException"/> naming document and place when one
    /// uses anything outside of the supported subset (see <see cref="SchemaCompiler"/>).
    /// </summary>
    /// <param name="documents">Name (for messages) and JSON text of each.</param>
    public static SchemaRegistry Load(IEnumerable<(string Name, string Json)> documents)
    {
        var parsed = new List<SchemaDocument>();
        try
        {
            foreach (var (name, json) in documents)
                parsed.Add(SchemaDocument.Parse(name, json));
            if (parsed.GroupBy(d => d.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new SchemaException($"The schema id {twice.Key} is given twice: in {string.Join(" and ", twice.Select(d => d.Name))}.");
            var compiler = new SchemaCompiler(parsed);
            var schemas = new List<EventSchema>();
            foreach (var document in parsed)
            {
                var root = compiler.CompileDocument(document);
                if (document.IsEventType)
                    schemas.Add(new EventSchema(TypeOf(document), document.Id, document.Text("title"), document.Text("description"), document.Json, root));
            }
            if (schemas.GroupBy(s => s.Type, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } ambiguous)
                throw new SchemaException($"The event type {ambiguous.Key} has more than one schema.");
            return new SchemaRegistry(schemas);
        }
        finally
        {
            parsed.ForEach(d => d.Dispose());
        }
    }

    /// <summary>The schema of an event type, or null when the type is not registered.</summary>
    public EventSchema? Find(string type) => _byType.GetValueOrDefault(type);

    /// <summary>The schema of an event type given as UTF-8, or null.</summary>
    public EventSchema? Find(ReadOnlySpan<byte> type)
    {
        Span<char> text = stackalloc char[128];
        return type.Length <= text.Length && System.Text.Encoding.UTF8.TryGetChars(type, text, out var length)
            && _byType.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var schema) ? schema : null;
    }

    private static string TypeOf(SchemaDocument document)
    {
        var version = document.Id.LastIndexOf(":v", StringComparison.Ordinal);
        if (!document.Id.StartsWith(IdPrefix, StringComparison.Ordinal) || version <= IdPrefix.Length)
            throw new SchemaException($"{document.Name}: the $id of an event type's schema is {IdPrefix}<type>:v<n>, not {document.Id}.");
        return document.Id[IdPrefix.Length..version];
    }

    private static IEnumerable<(string, string)> ReadEmbedded()
    {
        var assembly = typeof(SchemaRegistry).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(ResourceSuffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[..^ResourceSuffix.Length], reader.ReadToEnd());
        }
    }
}
