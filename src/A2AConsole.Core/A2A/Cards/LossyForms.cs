using System.Text.Json.Nodes;

namespace A2AConsole.Core.A2A.Cards;

/// <summary>
/// What signers in use sign instead of the whole card. Nothing here makes a signature good: it only lets a refusal say which members
/// the signature leaves open to change.
/// </summary>
internal static class LossyForms
{
    /// <summary>The forms, from the nearest to the whole card to the farthest.</summary>
    public static IEnumerable<JsonObject> Of(JsonObject canonical)
    {
        // Members of the protocol only, and nothing that is empty.
        yield return Prune(Known(canonical, CardSchema.Card, withChoices: true));
        // The same from types in memory, in which a security scheme's kind is not found under its name.
        yield return Prune(Known(canonical, CardSchema.Card, withChoices: false));
    }

    private static JsonObject Known(JsonObject value, CardMessage schema, bool withChoices)
    {
        var result = new JsonObject();
        if (schema.IsChoice && !withChoices)
            return result;
        foreach (var field in schema.Fields)
        {
            if (value[field.Name] is not { } content)
                continue;
            result[field.Name] = field.Kind != CardKind.Message ? content.DeepClone() : content switch
            {
                JsonArray list => new JsonArray([.. list.Select(i => Known((JsonObject)i!, field.Of!, withChoices))]),
                JsonObject map when field.Shape == CardShape.Map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Known((JsonObject)m.Value!, field.Of!, withChoices)))),
                _ => Known((JsonObject)content, field.Of!, withChoices),
            };
        }
        return result;
    }

    private static JsonObject Prune(JsonObject value) => (JsonObject?)Pruned(value) ?? [];

    private static JsonNode? Pruned(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject members:
                var kept = new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Pruned(m.Value))).Where(m => m.Value is not null));
                return kept.Count > 0 ? kept : null;
            case JsonArray items:
                var list = new JsonArray([.. items.Select(Pruned).Where(i => i is not null)]);
                return list.Count > 0 ? list : null;
            case null:
                return null;
            default:
                return value.GetValueKind() == System.Text.Json.JsonValueKind.String && value.GetValue<string>().Length == 0 ? null : value.DeepClone();
        }
    }
}
