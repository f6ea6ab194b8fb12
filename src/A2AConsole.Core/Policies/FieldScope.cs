using System.Text.Json.Nodes;

namespace A2AConsole.Core.Policies;

/// <summary>Which fields of an answer a role may see.</summary>
/// <param name="Role">The reader's role.</param>
/// <param name="MessageType">The answer's type.</param>
/// <param name="Fields">Paths such as <c>/terms/paymentDays</c> or <c>/items/*/gtin</c>; <c>*</c> is any one member or item. A path covers all that is below it.</param>
public sealed record FieldScope(string Role, string MessageType, IReadOnlyList<string> Fields);

/// <summary>An answer with only what its reader may see, and the paths of what was left out.</summary>
public sealed record ScopedAnswer(JsonNode? Answer, IReadOnlyList<string> Withheld);

/// <summary>The scopes of a bundle. A role without a scope for a type sees nothing of it.</summary>
public sealed class FieldScopes(IEnumerable<FieldScope> scopes)
{
    private readonly Dictionary<(string Role, string Type), string[][]> _paths = scopes
        .GroupBy(s => (s.Role, s.MessageType)).ToDictionary(g => g.Key, g => g.SelectMany(s => s.Fields).Select(Parts).ToArray());

    /// <summary>Null, or what is wrong with a path.</summary>
    public static string? Check(string path)
        => path.Length < 2 || path[0] != '/' || Parts(path).Any(p => p.Length == 0) ? "a path is /member/member, with * for any one; nothing is empty" : null;

    /// <summary>Leaves out of an answer what a role may not see.</summary>
    public ScopedAnswer Apply(string role, string messageType, JsonNode? answer)
    {
        if (!_paths.TryGetValue((role, messageType), out var paths) || answer is not (JsonObject or JsonArray))
            return new ScopedAnswer(null, ["/"]);
        var withheld = new List<string>();
        return new ScopedAnswer(Inside(answer, paths, 0, "", withheld), withheld);
    }

    /// <summary>A record or list with what one of the paths reaches; all of them agree with the way to it.</summary>
    private static JsonNode Inside(JsonNode node, string[][] paths, int depth, string at, List<string> withheld)
    {
        if (node is JsonObject members)
        {
            var visible = new JsonObject();
            foreach (var (name, value) in members)
            {
                if (Visible(value, Following(paths, depth, name), depth + 1, $"{at}/{Escaped(name)}", withheld, out var seen))
                    visible[name] = seen;
            }
            return visible;
        }
        var list = new JsonArray();
        foreach (var item in (JsonArray)node)
        {
            if (Visible(item, Following(paths, depth, null), depth + 1, $"{at}/{item?.GetElementIndex() ?? list.Count}", withheld, out var seen))
                list.Add(seen);
        }
        return list;
    }

    private static bool Visible(JsonNode? node, string[][] paths, int depth, string at, List<string> withheld, out JsonNode? seen)
    {
        seen = null;
        if (paths.Any(p => p.Length == depth))
        {
            seen = node?.DeepClone();
            return true;
        }
        if (paths.Length > 0 && node is (JsonObject or JsonArray))
        {
            seen = Inside(node, paths, depth, at, withheld);
            return true;
        }
        withheld.Add(at);
        return false;
    }

    /// <summary>The paths that go on by a member's name; by position (null) only with a star.</summary>
    private static string[][] Following(string[][] paths, int depth, string? name) => [.. paths.Where(p => p.Length > depth && (p[depth] == "*" || (name is not null && p[depth] == name)))];

    // JSON Pointer's escapes (RFC 6901): a name with a slash is one name.
    private static string[] Parts(string path) => [.. path[1..].Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
