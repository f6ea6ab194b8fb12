using System.Text.Json.Nodes;

namespace A2AConsole.Core.A2A.Cards;

/// <summary>Which members of two trees differ, as JSON pointers (RFC 6901) to the innermost ones.</summary>
internal static class CardDifference
{
    /// <summary>The members that are not the same in both: changed, added or removed.</summary>
    public static IReadOnlyList<string> Between(JsonNode? one, JsonNode? other)
    {
        var found = new List<string>();
        Compare(one, other, "", found);
        return found;
    }

    /// <summary>A name as a pointer has it.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static void Compare(JsonNode? one, JsonNode? other, string at, List<string> found)
    {
        if (found.Count == CardFault.MaxMembers || JsonNode.DeepEquals(one, other))
            return;
        switch (one, other)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(m => m.Key).Union(right.Select(m => m.Key)).Order(StringComparer.Ordinal))
                {
                    if (left.ContainsKey(name) != right.ContainsKey(name) && left[name] is null && right[name] is null)
                        found.Add($"{at}/{Escape(name)}");
                    else
                        Compare(left[name], right[name], $"{at}/{Escape(name)}", found);
                }
                break;
            case (JsonArray left, JsonArray right):
                for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
                    Compare(i < left.Count ? left[i] : null, i < right.Count ? right[i] : null, $"{at}/{i}", found);
                break;
            // What stands on one side only is named by its innermost members: those are what a reader must look at.
            case (JsonObject { Count: > 0 } left, null):
                foreach (var (name, value) in left)
                    Compare(value, null, $"{at}/{Escape(name)}", found);
                break;
            case (null, JsonObject { Count: > 0 } right):
                foreach (var (name, value) in right)
                    Compare(null, value, $"{at}/{Escape(name)}", found);
                break;
            default:
                found.Add(at.Length == 0 ? "/" : at);
                break;
        }
    }
}
