using System.Text.Json;
using System.Text.Json.Nodes;

namespace A2AConsole.Core.A2A.Cards;

/// <summary>
/// What a signature of a card covers (A2A 1.0 §8.4.1): the whole card but its <c>signatures</c>, fields in the presence that the
/// protocol gives them. Members that the protocol does not know are covered as they stand: leaving them out would let anybody change them.
/// </summary>
internal static class CardCanonicalizer
{
    /// <summary>The canonical tree of a card.</summary>
    public static JsonObject? Canonical(JsonElement card, out CardFault? fault)
    {
        fault = null;
        var result = Message(card, CardSchema.Card, "", ref fault);
        result?.Remove(CardSchema.Signatures);
        return fault is null ? result : null;
    }

    private static JsonObject? Message(JsonElement value, CardMessage schema, string at, ref CardFault? fault)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return Wrong(schema.Name, "a JSON object", at, ref fault);
        if (A2AJson.Lookalike(value, [.. schema.Fields.Select(f => f.Name), CardSchema.Signatures]) is { } twin)
        {
            fault ??= CardFault.Of(CardCodes.Malformed, $"The card's {schema.Name} has a member that some readers would take for \"{twin}\"; write {twin} exactly so, once.", at.Length == 0 ? "/" + twin : at);
            return null;
        }
        var result = new JsonObject();
        foreach (var member in value.EnumerateObject())
        {
            var field = schema.Fields.FirstOrDefault(f => f.Name == member.Name);
            var pointer = Pointer(at, member.Name);
            if (field is null)
                result[member.Name] = Node(member.Value);
            // ProtoJSON's null is an unset field.
            else if (member.Value.ValueKind != JsonValueKind.Null && Field(member.Value, field, pointer, ref fault) is { } content && !IsLeftOut(field, content))
                result[member.Name] = content;
            if (fault is not null)
                return null;
        }
        if (schema.IsChoice && schema.Fields.Count(f => result.ContainsKey(f.Name)) > 1)
        {
            fault = CardFault.Of(CardCodes.Malformed, $"The card's {schema.Name} must be one of {string.Join(", ", schema.Fields.Select(f => f.Name))}, and has several.", at);
            return null;
        }
        return Complete(result, schema, at, ref fault) ? result : null;
    }

    // A writer of ProtoJSON leaves a required field out where it is empty; §8.4.1 has it in what is signed.
    private static bool Complete(JsonObject result, CardMessage schema, string at, ref CardFault? fault)
    {
        foreach (var field in schema.Fields)
        {
            if (field.Presence != CardPresence.Required || result.ContainsKey(field.Name))
                continue;
            if (field is { Kind: CardKind.Message, Shape: CardShape.One })
            {
                fault = CardFault.Of(CardCodes.Incomplete, $"The card's {schema.Name} lacks {field.Name}, which the protocol requires.", Pointer(at, field.Name));
                return false;
            }
            result[field.Name] = field.Shape switch
            {
                CardShape.List => new JsonArray(),
                CardShape.Map => new JsonObject(),
                _ => field.Kind == CardKind.Flag ? false : "",
            };
        }
        return true;
    }

    private static JsonNode? Field(JsonElement value, CardField field, string at, ref CardFault? fault)
    {
        switch (field.Shape)
        {
            case CardShape.List:
                if (value.ValueKind != JsonValueKind.Array)
                    return Wrong(field.Name, "an array", at, ref fault);
                var list = new JsonArray();
                foreach (var item in value.EnumerateArray())
                {
                    list.Add(One(item, field, $"{at}/{list.Count}", ref fault));
                    if (fault is not null)
                        return null;
                }
                return list;
            case CardShape.Map:
                if (value.ValueKind != JsonValueKind.Object)
                    return Wrong(field.Name, "a JSON object", at, ref fault);
                var map = new JsonObject();
                foreach (var entry in value.EnumerateObject())
                {
                    map[entry.Name] = One(entry.Value, field, Pointer(at, entry.Name), ref fault);
                    if (fault is not null)
                        return null;
                }
                return map;
            default:
                return One(value, field, at, ref fault);
        }
    }

    private static JsonNode? One(JsonElement value, CardField field, string at, ref CardFault? fault) => field.Kind switch
    {
        CardKind.Message => Message(value, field.Of!, at, ref fault),
        CardKind.Text => value.ValueKind == JsonValueKind.String ? Node(value) : Wrong(field.Name, "a string", at, ref fault),
        CardKind.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Node(value) : Wrong(field.Name, "true or false", at, ref fault),
        _ => value.ValueKind == JsonValueKind.Object ? Node(value) : Wrong(field.Name, "a JSON object", at, ref fault),
    };

    // A message that is there has presence of its own, also when it is empty: {"mtlsSecurityScheme":{}} says something.
    private static bool IsLeftOut(CardField field, JsonNode content) => field.Presence == CardPresence.Implicit && (field.Shape, content) switch
    {
        (CardShape.List, JsonArray list) => list.Count == 0,
        (CardShape.Map, JsonObject map) => map.Count == 0,
        _ => field.Kind switch
        {
            CardKind.Text => content.GetValue<string>().Length == 0,
            CardKind.Flag => !content.GetValue<bool>(),
            _ => false,
        },
    };

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());

    private static JsonObject? Wrong(string name, string right, string at, ref CardFault? fault)
    {
        fault ??= CardFault.Of(CardCodes.Malformed, $"The card's {name} must be {right}.", at.Length == 0 ? "/" : at);
        return null;
    }

    private static string Pointer(string at, string name) => $"{at}/{CardDifference.Escape(name)}";
}
