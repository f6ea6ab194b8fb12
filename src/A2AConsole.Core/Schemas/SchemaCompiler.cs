using System.Globalization;
using System.Text;
using System.Text.Json;

namespace A2AConsole.Core.Schemas;

/// <summary>
/// Compiles JSON Schema 2020-12 within a closed subset; anything else is refused at load, so that no rule is ever silently not
/// enforced. The subset:
/// <list type="bullet">
/// <item><c>$schema</c>, <c>$id</c> (root only), <c>$defs</c> (root only), <c>title</c>, <c>description</c>;</item>
/// <item><c>$ref</c> to a document's <c>$id</c> or to a definition (<c>#/$defs/name</c>), also in another document, with keywords beside it;</item>
/// <item><c>type</c> (a name or several), <c>enum</c> of strings, <c>const</c> of a string or boolean;</item>
/// <item><c>properties</c> (at most 64), <c>required</c>, <c>additionalProperties</c> true or false;</item>
/// <item><c>items</c> (one schema), <c>minItems</c>, <c>maxItems</c>, <c>uniqueItems</c> (of strings);</item>
/// <item><c>minLength</c>, <c>maxLength</c>, <c>pattern</c> (see <see cref="SchemaPattern"/>);</item>
/// <item><c>minimum</c>, <c>maximum</c>.</item>
/// </list>
/// </summary>
internal sealed class SchemaCompiler(IReadOnlyList<SchemaDocument> documents)
{
    private readonly Dictionary<string, SchemaDocument> _byId = documents.ToDictionary(d => d.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaPattern> _patterns = new(StringComparer.Ordinal);

    /// <summary>Compiles a document and all of its definitions.</summary>
    public SchemaNode CompileDocument(SchemaDocument document)
    {
        var root = Node(document, "", document.Root);
        if (document.Root.TryGetProperty("$defs", out var definitions))
        {
            if (definitions.ValueKind != JsonValueKind.Object)
                throw Fail(document, "/$defs", "must be an object");
            foreach (var definition in definitions.EnumerateObject())
                Node(document, $"/$defs/{definition.Name}", definition.Value);
        }
        foreach (var node in _nodes.Values)
            CheckReferences(document, node);
        return root;
    }

    /// <summary>The node of a document's root or definition, made once, so that schemas may refer to themselves.</summary>
    private SchemaNode Node(SchemaDocument document, string pointer, JsonElement schema)
    {
        var key = $"{document.Id}#{pointer}";
        if (_nodes.TryGetValue(key, out var node))
            return node;
        node = new SchemaNode();
        _nodes[key] = node;
        Fill(node, document, pointer, schema);
        return node;
    }

    private SchemaNode Inner(SchemaDocument document, string pointer, JsonElement schema)
    {
        var node = new SchemaNode();
        Fill(node, document, pointer, schema);
        // A plain reference needs no node of its own.
        return node.Reference is { } target && schema.EnumerateObject().All(p => p.Name is "$ref" or "title" or "description") ? target : node;
    }

    private void Fill(SchemaNode node, SchemaDocument document, string pointer, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            throw Fail(document, pointer, "must be an object: the schemas true and false are not supported");
        var rules = new List<string>();
        foreach (var keyword in schema.EnumerateObject())
            Keyword(node, document, $"{pointer}/{keyword.Name}", keyword.Name, keyword.Value, rules);
        if (schema.TryGetProperty("required", out var required))
            Require(node, document, $"{pointer}/required", required);
        node.ValuesText = string.Join(" and ", rules);
        if (node.MinItems > node.MaxItems || node.MinLength > node.MaxLength)
            throw Fail(document, pointer, "has a minimum above its maximum");
        if (node.UniqueItems && node.Items is not { } items)
            throw Fail(document, pointer, "has uniqueItems without items: only strings can be told apart here");
        else if (node.UniqueItems && node.Items!.Types != JsonTypes.String && node.Items.Strings is null)
            throw Fail(document, pointer, "has uniqueItems for items that are not all strings: only strings can be told apart here");
    }

    private void Keyword(SchemaNode node, SchemaDocument document, string at, string name, JsonElement value, List<string> rules)
    {
        switch (name)
        {
            case "$schema" or "$id" or "$defs" when at.Count(c => c == '/') == 1:
                break;
            case "title" or "description":
                Text(document, at, value);
                break;
            case "$ref":
                node.Reference = Resolve(document, at, Text(document, at, value));
                break;
            case "type":
                (node.Types, node.TypeText) = Types(document, at, value);
                break;
            case "properties":
                node.Properties = Properties(document, at, value);
                break;
            case "required":
                break;
            case "additionalProperties":
                node.AllowsOthers = Boolean(document, at, value);
                break;
            case "items":
                node.Items = Inner(document, at, value);
                break;
            case "minItems":
                node.MinItems = Count(document, at, value);
                break;
            case "maxItems":
                node.MaxItems = Count(document, at, value);
                break;
            case "uniqueItems":
                node.UniqueItems = Boolean(document, at, value);
                break;
            case "enum":
                node.Strings = [.. Array(document, at, value).Select(v => Encoding.UTF8.GetBytes(Text(document, at, v)))];
                rules.Add($"must be one of {string.Join(", ", value.EnumerateArray().Select(v => v.GetString()))}");
                break;
            case "const" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                node.Constant = value.GetBoolean();
                rules.Add($"must be {value.GetRawText()}");
                break;
            case "const" when value.ValueKind == JsonValueKind.String && node.Strings is null:
                node.Strings = [Encoding.UTF8.GetBytes(value.GetString()!)];
                rules.Add($"must be {value.GetRawText()}");
                break;
            case "minLength":
                node.MinLength = Count(document, at, value);
                break;
            case "maxLength":
                node.MaxLength = Count(document, at, value);
                break;
            case "pattern":
                node.Pattern = Pattern(document, at, Text(document, at, value));
                break;
            case "minimum":
                node.Minimum = Number(document, at, value);
                rules.Add($"must be at least {value.GetRawText()}");
                break;
            case "maximum":
                node.Maximum = Number(document, at, value);
                rules.Add($"must be at most {value.GetRawText()}");
                break;
            default:
                throw Fail(document, at, "is outside of the supported subset of JSON Schema 2020-12");
        }
    }

    private SchemaNode Resolve(SchemaDocument document, string at, string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var id = hash < 0 ? reference : reference[..hash];
        var pointer = hash < 0 ? "" : reference[(hash + 1)..];
        if (!_byId.TryGetValue(id.Length == 0 ? document.Id : id, out var target))
            throw Fail(document, at, $"refers to {id}, which is not among the schemas");
        if (pointer.Length == 0)
            return Node(target, "", target.Root);
        const string definitions = "/$defs/";
        if (!pointer.StartsWith(definitions, StringComparison.Ordinal) || pointer.AsSpan(definitions.Length).ContainsAny('/', '~', '%')
            || !target.Root.TryGetProperty("$defs", out var all) || !all.TryGetProperty(pointer[definitions.Length..], out var definition))
            throw Fail(document, at, $"refers to {reference}, which is no definition");
        return Node(target, pointer, definition);
    }

    private SchemaProperty[] Properties(SchemaDocument document, string at, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() > SchemaNode.MaxProperties)
            throw Fail(document, at, $"must be an object of at most {SchemaNode.MaxProperties} members");
        return [.. value.EnumerateObject().Select(p => new SchemaProperty(p.Name, Encoding.UTF8.GetBytes(p.Name), Inner(document, $"{at}/{p.Name}", p.Value)))];
    }

    private static void Require(SchemaNode node, SchemaDocument document, string at, JsonElement value)
    {
        foreach (var item in Array(document, at, value))
        {
            var name = Text(document, at, item);
            var index = System.Array.FindIndex(node.Properties, p => p.Name == name);
            if (index < 0)
            {
                index = node.Properties.Length;
                // Listing a name here must not make it a known member where others are refused.
                if (!node.AllowsOthers)
                    throw Fail(document, at, $"requires {name}, which additionalProperties refuses");
                if (index == SchemaNode.MaxProperties)
                    throw Fail(document, at, $"makes more than {SchemaNode.MaxProperties} members");
                node.Properties = [.. node.Properties, new SchemaProperty(name, Encoding.UTF8.GetBytes(name), null)];
            }
            node.Required |= 1UL << index;
        }
    }

    private static (JsonTypes, string) Types(SchemaDocument document, string at, JsonElement value)
    {
        var names = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => Text(document, at, v))] : new List<string> { Text(document, at, value) };
        var types = JsonTypes.Any;
        foreach (var name in names)
        {
            types |= name switch
            {
                "object" => JsonTypes.Object,
                "array" => JsonTypes.Array,
                "string" => JsonTypes.String,
                "number" => JsonTypes.Number,
                "integer" => JsonTypes.Integer,
                "boolean" => JsonTypes.Boolean,
                "null" => JsonTypes.Null,
                _ => throw Fail(document, at, $"names the type {name}, which does not exist"),
            };
        }
        return types != JsonTypes.Any ? (types, $"must be of type {string.Join(" or ", names)}") : throw Fail(document, at, "must name a type");
    }

    private SchemaPattern Pattern(SchemaDocument document, string at, string source)
    {
        if (_patterns.TryGetValue(source, out var pattern))
            return pattern;
        try
        {
            return _patterns[source] = SchemaPattern.Compile(source);
        }
        catch (FormatException e)
        {
            throw Fail(document, at, e.Message);
        }
    }

    /// <summary>A reference that leads back to itself without going into the value would never end.</summary>
    private static void CheckReferences(SchemaDocument document, SchemaNode node)
    {
        var seen = new HashSet<SchemaNode>();
        for (var at = node; at is not null; at = at.Reference)
        {
            if (!seen.Add(at))
                throw Fail(document, "", "has a $ref that leads back to itself");
        }
    }

    private static string Text(SchemaDocument document, string at, JsonElement value)
        => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Fail(document, at, "must be a string here");

    private static bool Boolean(SchemaDocument document, string at, JsonElement value)
        => value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Fail(document, at, "must be true or false here"),
        };

    private static int Count(SchemaDocument document, string at, JsonElement value)
        => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0 ? count : throw Fail(document, at, "must be a whole number from 0");

    private static JsonNumber Number(SchemaDocument document, string at, JsonElement value)
        => value.ValueKind == JsonValueKind.Number ? JsonNumber.Parse(value.GetRawText()) : throw Fail(document, at, "must be a number");

    private static JsonElement.ArrayEnumerator Array(SchemaDocument document, string at, JsonElement value)
        => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value.EnumerateArray() : throw Fail(document, at, "must be an array with at least one item");

    private static SchemaException Fail(SchemaDocument document, string pointer, string message)
        => new(string.Create(CultureInfo.InvariantCulture, $"{document.Name}: {(pointer.Length == 0 ? "the schema" : pointer)} {message}."));
}
