using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Bundles;

/// <summary>A policy set with one change that an editor could have made by mistake.</summary>
/// <param name="PolicyId">The policy that was changed.</param>
/// <param name="Operator">What was done, for example <c>relax-comparison</c>.</param>
/// <param name="Change">The changed place, before and after.</param>
/// <param name="Tree">The changed policy's syntax tree; null when it was removed.</param>
public sealed record Mutant(string PolicyId, string Operator, string Change, string? Tree);

/// <summary>Makes mutants of policies from their syntax trees: one change each.</summary>
internal static class Mutation
{
    private static readonly Dictionary<string, string> Comparisons = new(StringComparer.Ordinal) { ["<"] = "<=", ["<="] = "<", [">"] = ">=", [">="] = ">" };

    public static IEnumerable<Mutant> Of(PolicyText policy)
    {
        yield return new Mutant(policy.Id, "remove-policy", "the policy is gone", null);
        var root = JsonNode.Parse(policy.Tree)!.AsObject();
        var effect = (string)root["effect"]!;
        yield return Changed(policy, root, "flip-effect", $"{effect} becomes {(effect == "permit" ? "forbid" : "permit")}", r => r["effect"] = effect == "permit" ? "forbid" : "permit");
        foreach (var part in (string[])["principal", "action", "resource"])
        {
            if ((string)root[part]!["op"]! != "All")
                yield return Changed(policy, root, "widen-scope", $"any {part}", r => r[part] = new JsonObject { ["op"] = "All" });
        }
        var conditions = root["conditions"]!.AsArray();
        for (var i = 0; i < conditions.Count; i++)
        {
            var (at, kind) = (i, (string)conditions[i]!["kind"]!);
            yield return Changed(policy, root, "drop-condition", $"{kind} #{i + 1} is gone", r => r["conditions"]!.AsArray().RemoveAt(at));
            yield return Changed(policy, root, "negate-condition", $"{kind} #{i + 1} is turned round", r => r["conditions"]![at]!["kind"] = kind == "when" ? "unless" : "when");
            foreach (var mutant in Inside(policy, root, conditions[i]!["body"]!, ["conditions", i, "body"]))
                yield return mutant;
        }
    }

    private static IEnumerable<Mutant> Inside(PolicyText policy, JsonObject root, JsonNode node, object[] path)
    {
        if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                foreach (var mutant in Inside(policy, root, items[i]!, [.. path, i]))
                    yield return mutant;
            }
            yield break;
        }
        if (node is not JsonObject expression)
            yield break;
        foreach (var (name, value) in expression)
        {
            foreach (var (op, change, replacement) in At(name, value))
                yield return Changed(policy, root, op, change, r => Replace(r, path, replacement));
            if (name != "Value" && value is not null)
            {
                foreach (var mutant in Inside(policy, root, value, [.. path, name]))
                    yield return mutant;
            }
        }
    }

    /// <summary>What can be made of one expression.</summary>
    private static IEnumerable<(string Operator, string Change, JsonNode Replacement)> At(string name, JsonNode? operand)
    {
        switch (name)
        {
            case "&&" or "||" when operand is JsonObject sides:
                var other = name == "&&" ? "||" : "&&";
                yield return ("swap-connective", $"{name} becomes {other}", new JsonObject { [other] = sides.DeepClone() });
                yield return ("drop-operand", $"the right side of {name} is gone", sides["left"]!.DeepClone());
                yield return ("drop-operand", $"the left side of {name} is gone", sides["right"]!.DeepClone());
                break;
            case "<" or "<=" or ">" or ">=" when operand is JsonObject sides:
                yield return ("relax-comparison", $"{name} becomes {Comparisons[name]}", new JsonObject { [Comparisons[name]] = sides.DeepClone() });
                break;
            case "==" or "!=" when operand is JsonObject sides:
                yield return ("swap-equality", $"{name} is turned round", new JsonObject { [name == "==" ? "!=" : "=="] = sides.DeepClone() });
                break;
            case "!" when operand is JsonObject inner:
                yield return ("drop-not", "! is gone", inner["arg"]!.DeepClone());
                break;
            case "Value" when operand is JsonValue value && value.TryGetValue(out long number) && number < long.MaxValue:
                yield return ("shift-number", string.Create(CultureInfo.InvariantCulture, $"{number} becomes {number + 1}"), new JsonObject { ["Value"] = number + 1 });
                break;
            default:
                break;
        }
    }

    private static void Replace(JsonObject root, object[] path, JsonNode replacement)
    {
        JsonNode parent = root;
        foreach (var step in path[..^1])
            parent = step is int i ? parent[i]! : parent[(string)step]!;
        if (path[^1] is int index)
            parent[index] = replacement.DeepClone();
        else
            parent[(string)path[^1]] = replacement.DeepClone();
    }

    private static Mutant Changed(PolicyText policy, JsonObject root, string op, string change, Action<JsonObject> apply)
    {
        var copy = root.DeepClone().AsObject();
        apply(copy);
        return new Mutant(policy.Id, op, change, copy.ToJsonString());
    }
}
