using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Json;

/// <summary>
/// Reads values, entities and requests from the policy engine's JSON, with its escapes <c>__entity</c> and <c>__extn</c>. For our own files and records
/// (risk tables, tests, recorded decisions) only: what strangers send is read by <see cref="ForeignValue"/>, which knows no escapes.
/// </summary>
internal static class PolicyValueReader
{
    private static readonly string[] DateTimeFormats = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", "yyyy-MM-dd"];

    public static PolicyValue Value(JsonNodeAt node)
    {
        switch (node.Kind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String:
                return node.Text;
            case JsonValueKind.Number:
                return long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
                    : throw node.Fault($"{node.Text} is no whole number within 64 bits");
            case JsonValueKind.Array:
                return new PolicyValue.Many([.. node.Items.Select(Value)]);
            case JsonValueKind.Object:
                if (node.Members.TryGetValue("__entity", out var entity))
                    return Only(node, "__entity", () => Uid(entity));
                if (node.Members.TryGetValue("__extn", out var extension))
                    return Only(node, "__extn", () => Extension(extension));
                return Fields(node);
            default:
                throw node.Fault("policies know no null: leave the member out");
        }
    }

    public static PolicyValue.Fields Fields(JsonNodeAt node)
        => new(node.Expect(JsonValueKind.Object, "a record").Members.ToDictionary(m => m.Key, m => Value(m.Value), StringComparer.Ordinal));

    /// <summary>An entity's name: <c>{"type","id"}</c>, the same in <c>__entity</c>, or <c>Type::"id"</c>.</summary>
    public static EntityUid Uid(JsonNodeAt node)
    {
        if (node.Kind == JsonValueKind.String)
            return EntityUid.TryParse(node.Text, out var parsed, out var error) ? parsed : throw node.Fault(error);
        if (node.Members.TryGetValue("__entity", out var inner))
            return Uid(inner);
        var uid = new EntityUid(node.Expect(JsonValueKind.Object, "an entity's name").Only("type", "id").String("type"), node.String("id"));
        return uid.Check() is { } broken ? throw node.Fault(broken) : uid;
    }

    public static PolicyEntity Entity(JsonNodeAt node)
    {
        node.Expect(JsonValueKind.Object, "an entity").Only("uid", "attrs", "parents");
        return new PolicyEntity(Uid(node.Members.GetValueOrDefault("uid") ?? throw node.Fault("'uid' is missing")),
            node.Members.TryGetValue("attrs", out var attributes) ? Fields(attributes).Members : new Dictionary<string, PolicyValue>(),
            [.. (node.Optional("parents", JsonValueKind.Array)?.Items ?? []).Select(Uid)]);
    }

    private static PolicyValue Extension(JsonNodeAt node)
    {
        node.Expect(JsonValueKind.Object, "'__extn'").Only("fn", "arg");
        var (function, argument) = (node.String("fn"), node.Member("arg", JsonValueKind.String));
        return function switch
        {
            "datetime" => DateTimeOffset.TryParseExact(argument.Text, DateTimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant
                : throw argument.Fault("a moment is written 2026-11-20T12:00:00Z"),
            "decimal" => decimal.TryParse(argument.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fraction)
                ? new PolicyValue.Fraction(fraction) : throw argument.Fault("a fraction is written 12.5"),
            _ => throw node.Fault($"'{function}' is not understood here; datetime and decimal are"),
        };
    }

    private static PolicyValue Only(JsonNodeAt node, string name, Func<PolicyValue> read)
    {
        node.Only(name);
        return read();
    }
}
