using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Schemas;
using CsCheck;
using NJsonSchema;

namespace A2AConsole.Core.Tests.Schemas;

/// <summary>
/// Holds the compiled validator against NJsonSchema, which shares no line with it. NJsonSchema knows neither <c>$defs</c>
/// nor keywords beside <c>$ref</c> as 2020-12 means them and does not enforce <c>const</c>, so it is given the schemas with references
/// resolved (siblings become <c>allOf</c>), constants as enumerations of one, and patterns closed with <c>\z</c>, since its engine's
/// <c>$</c> matches before a final line feed.
/// Where it still deviates from the standard, the mutations below leave it out: it counts UTF-16 units where the standard counts
/// code points, and it takes 1.0 for no integer.
/// </summary>
public sealed class OracleTests
{
    private static readonly int Iterations = Fuzz.FuzzTests.Inputs / 25;
    private static readonly JsonNode Common = JsonNode.Parse(ReadSchema("common.v1"))!;
    private static readonly Dictionary<string, JsonSchema> Oracles = SchemaRegistry.Default.All.ToDictionary(
        s => s.Type, s => JsonSchema.FromJsonAsync(Resolve(JsonNode.Parse(s.Json)!, JsonNode.Parse(s.Json)!).ToJsonString()).GetAwaiter().GetResult());

    public static TheoryData<string> Types => [.. SchemaRegistry.Default.All.Select(s => s.Type)];

    [Theory, MemberData(nameof(Types))]
    public void Both_validators_agree_on_mutated_examples(string type)
    {
        var schema = SchemaRegistry.Default.Find(type)!;
        var oracle = Oracles[type];
        var example = TestEvents.Example(type);
        var (valid, invalid) = (0, 0);
        Gen.Int.Sample(seed =>
        {
            var mutated = Mutate(example, new Random(seed));
            var theirs = oracle.Validate(mutated);
            var ours = schema.Validate(Encoding.UTF8.GetBytes(mutated));
            if (ours is null)
                Interlocked.Increment(ref valid);
            else
                Interlocked.Increment(ref invalid);
            return (ours is null) == (theirs.Count == 0) ? true
                : throw new InvalidOperationException($"ours: {ours?.ToString() ?? "valid"}; theirs: {theirs.FirstOrDefault()?.ToString() ?? "valid"}; {mutated}");
        }, iter: Iterations, threads: 1);
        // Both verdicts must have been put to the test.
        Assert.InRange(valid, Iterations / 40, Iterations);
        Assert.InRange(invalid, Iterations / 40, Iterations);
    }

    private static string Mutate(string example, Random random)
    {
        var root = JsonNode.Parse(example)!;
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            var all = Descendants(root).ToList();
            Change(all[random.Next(all.Count)], random);
        }
        return root.ToJsonString();
    }

    private static void Change(JsonNode node, Random random)
    {
        switch (node)
        {
            case JsonObject target when random.Next(3) > 0 && target.Count > 0:
                var name = target.ElementAt(random.Next(target.Count)).Key;
                var value = target[name]?.DeepClone();
                target.Remove(name);
                if (random.Next(4) == 0)
                    target[name + "x"] = value;
                break;
            case JsonObject target:
                target[random.Next(2) == 0 ? "note" : "role"] = Value(random);
                break;
            case JsonArray target when random.Next(2) == 0 && target.Count > 0:
                for (var copies = random.Next(3) == 0 ? 17 : 1; copies > 0; copies--)
                    target.Add(target[0]?.DeepClone());
                break;
            case JsonArray target:
                target.Clear();
                break;
            case JsonValue target when target.GetValueKind() == JsonValueKind.String && random.Next(3) > 0:
                target.ReplaceWith(Edit(target.GetValue<string>(), random));
                break;
            default:
                if (node.Parent is not null)
                    node.ReplaceWith(Value(random));
                break;
        }
    }

    private static string Edit(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        return random.Next(6) switch
        {
            0 => text[..at],
            1 => text + "\n",
            2 => text.ToUpperInvariant(),
            3 => text + new string('x', random.Next(1, 250)),
            4 when text.Length > 0 => text[..(at % text.Length)] + (char)random.Next('0', 'z') + text[(at % text.Length + 1)..],
            _ => text[..at] + random.Next(10).ToString(CultureInfo.InvariantCulture) + text[at..],
        };
    }

    private static JsonNode? Value(Random random) => random.Next(11) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(random.Next(-10, 3000)),
        3 => JsonValue.Create(0.5),
        4 => new JsonObject(),
        5 => new JsonArray(),
        6 => JsonValue.Create("EUR"),
        7 => JsonValue.Create("lead_time"),
        8 => JsonNode.Parse("{\"value\":\"1\",\"uom\":\"EA\"}"),
        9 => JsonValue.Create("buyer"),
        _ => JsonValue.Create(""),
    };

    private static IEnumerable<JsonNode> Descendants(JsonNode node)
    {
        yield return node;
        var children = node switch
        {
            JsonObject target => target.Select(p => p.Value),
            JsonArray target => target,
            _ => [],
        };
        foreach (var child in children.Where(c => c is not null))
        {
            foreach (var inner in Descendants(child!))
                yield return inner;
        }
    }

    private static JsonNode Resolve(JsonNode schema, JsonNode document)
    {
        if (schema is JsonArray array)
            return new JsonArray([.. array.Select(i => i is null ? null : Resolve(i, document))]);
        if (schema is not JsonObject source)
            return schema.DeepClone();
        var result = new JsonObject();
        JsonNode? referred = null;
        foreach (var (name, value) in source)
        {
            if (name is "$schema" or "$id" or "$defs")
                continue;
            if (name == "$ref")
                referred = Target((string)value!, document);
            else if (name == "pattern")
                result[name] = ((string)value!)[..^1] + "\\z";
            else if (name == "const")
                result["enum"] = new JsonArray(value!.DeepClone());
            else
                result[name] = Resolve(value!, document);
        }
        if (referred is null)
            return result;
        return result.Count == 0 ? referred : new JsonObject { ["allOf"] = new JsonArray(referred, result) };
    }

    private static JsonNode Target(string reference, JsonNode document)
    {
        var owner = reference.StartsWith('#') ? document : Common;
        return Resolve(owner["$defs"]![reference[(reference.LastIndexOf('/') + 1)..]]!, owner);
    }

    private static string ReadSchema(string name)
    {
        using var reader = new StreamReader(typeof(SchemaRegistry).Assembly.GetManifestResourceStream($"{name}.schema.json")!);
        return reader.ReadToEnd();
    }
}
