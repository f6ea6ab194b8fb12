using System.Text.Json;

namespace A2AConsole.Policy.Json;

/// <summary>A file is not what it must be; the offset in bytes says where.</summary>
internal sealed class JsonFaultException(string message, long offset) : Exception(message)
{
    public long Offset { get; } = offset;
}

/// <summary>A value of a JSON file with the offset, in bytes, at which it begins: so that what is wrong in it can be shown where it stands.</summary>
internal sealed class JsonNodeAt
{
    private const int MaxDepth = 32;

    private JsonNodeAt(JsonValueKind kind, long offset) => (Kind, Offset) = (kind, offset);

    public JsonValueKind Kind { get; }

    public long Offset { get; }

    /// <summary>The text of a string; the literal of a number.</summary>
    public string Text { get; private init; } = "";

    public IReadOnlyDictionary<string, JsonNodeAt> Members { get; private init; } = new Dictionary<string, JsonNodeAt>();

    public IReadOnlyList<JsonNodeAt> Items { get; private init; } = [];

    /// <summary>Parses a whole file. Throws <see cref="JsonFaultException"/>: malformed, a member twice, something after the end.</summary>
    public static JsonNodeAt Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var node = Value(ref reader);
            if (reader.Read())
                throw new JsonFaultException("there is something after the end", reader.TokenStartIndex);
            return node;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new JsonFaultException(WithoutPosition(e.Message), reader.BytesConsumed);
        }
    }

    private static JsonNodeAt Value(ref Utf8JsonReader reader)
    {
        var offset = reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new Dictionary<string, JsonNodeAt>(StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var at = reader.TokenStartIndex;
                    var name = reader.GetString()!;
                    reader.Read();
                    if (!members.TryAdd(name, Value(ref reader)))
                        throw new JsonFaultException($"'{name}' is there twice", at);
                }
                return new JsonNodeAt(JsonValueKind.Object, offset) { Members = members };
            case JsonTokenType.StartArray:
                var items = new List<JsonNodeAt>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Value(ref reader));
                return new JsonNodeAt(JsonValueKind.Array, offset) { Items = items };
            case JsonTokenType.String:
                return new JsonNodeAt(JsonValueKind.String, offset) { Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new JsonNodeAt(JsonValueKind.Number, offset) { Text = System.Text.Encoding.ASCII.GetString(reader.ValueSpan) };
            case JsonTokenType.True:
                return new JsonNodeAt(JsonValueKind.True, offset);
            case JsonTokenType.False:
                return new JsonNodeAt(JsonValueKind.False, offset);
            case JsonTokenType.Null:
                return new JsonNodeAt(JsonValueKind.Null, offset);
            default:
                throw new JsonFaultException("a value is expected", offset);
        }
    }

    // The reader adds a position of its own, counted from 0.
    private static string WithoutPosition(string message)
    {
        var position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? message : message[..position];
    }

    public JsonFaultException Fault(string message) => new(message, Offset);

    public JsonNodeAt Expect(JsonValueKind kind, string what)
        => Kind == kind ? this : throw Fault($"{what} must be {Word(kind)}, not {Word(Kind)}");

    /// <summary>A member that must be there.</summary>
    public JsonNodeAt Member(string name, JsonValueKind kind)
        => (Members.GetValueOrDefault(name) ?? throw Fault($"'{name}' is missing")).Expect(kind, $"'{name}'");

    /// <summary>A member that may be there.</summary>
    public JsonNodeAt? Optional(string name, JsonValueKind kind) => Members.GetValueOrDefault(name)?.Expect(kind, $"'{name}'");

    public string String(string name) => Member(name, JsonValueKind.String).Text;

    /// <summary>Refuses members of other names: a misspelt one would be read as left out.</summary>
    public JsonNodeAt Only(params ReadOnlySpan<string> names)
    {
        foreach (var (name, value) in Members)
        {
            if (!names.Contains(name))
                throw new JsonFaultException($"'{name}' is no member here; there may be {string.Join(", ", names.ToArray())}", value.Offset);
        }
        return this;
    }

    private static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
