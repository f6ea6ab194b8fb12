using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Json;

namespace A2AConsole.Policy.Bundles;

/// <summary>Reads <c>actions.json</c>: which types of message change something, and how policy is asked about them.</summary>
internal static class MessageActionReader
{
    public const string File = "actions.json";
    private const int MostApprovers = 10;
    private const int LongestHoldMinutes = 30 * 24 * 60;

    public static List<MessageAction> Read(JsonNodeAt root)
    {
        var actions = new List<MessageAction>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in root.Expect(JsonValueKind.Array, "the actions").Items)
        {
            var action = One(item);
            if (!seen.Add(action.MessageType))
                throw item.Fault($"'{action.MessageType}' is there twice");
            actions.Add(action);
        }
        return actions;
    }

    private static MessageAction One(JsonNodeAt item)
    {
        item.Expect(JsonValueKind.Object, "an action")
            .Only("type", "action", "resource", "money", "per", "onlyWithMoney", "tier", "asks", "approvers", "holdMinutes", "verifiers");
        var action = item.Member("action", JsonValueKind.String);
        if (!EntityUid.TryParse(action.Text, out var uid, out var broken))
            throw action.Fault(broken);
        var resource = item.Member("resource", JsonValueKind.Object).Only("type", "id", "attributes");
        var type = resource.Member("type", JsonValueKind.String);
        if (EntityUid.Check(type.Text, "x") is { } badType)
            throw type.Fault(badType);
        var tier = item.Member("tier", JsonValueKind.String);
        if (!MessageAction.Tiers.Contains(tier.Text))
            throw tier.Fault($"a tier is {string.Join(", ", MessageAction.Tiers)}");
        var money = Pointer(item, "money");
        var onlyWithMoney = item.Members.GetValueOrDefault("onlyWithMoney") switch
        {
            null or { Kind: JsonValueKind.False } => false,
            { Kind: JsonValueKind.True } when money is not null => true,
            var other => throw other.Fault("'onlyWithMoney' is true or false, and true only where 'money' says where the amount stands"),
        };
        var approvers = item.Member("approvers", JsonValueKind.Object).Only("roles", "count");
        var roles = Texts(approvers.Member("roles", JsonValueKind.Array), "a role");
        if (roles.Count == 0)
            throw approvers.Fault("'roles' names at least one role that may approve");
        return new MessageAction(item.String("type"), uid, type.Text, Pointer(resource, "id") ?? throw resource.Fault("'id' is missing"),
            resource.Optional("attributes", JsonValueKind.Object) is { } attributes ? PolicyValueReader.Fields(attributes).Members : new Dictionary<string, PolicyValue>(), money, Pointer(item, "per"), onlyWithMoney,
            tier.Text, item.String("asks"), roles, Whole(approvers.Member("count", JsonValueKind.Number), 1, MostApprovers),
            TimeSpan.FromMinutes(Whole(item.Member("holdMinutes", JsonValueKind.Number), 1, LongestHoldMinutes)),
            item.Optional("verifiers", JsonValueKind.Array) is { } verifiers ? Texts(verifiers, "a verifier's role") : []);
    }

    /// <summary>What does not fit the schema: an action that is not there, a resource type that it is not done to.</summary>
    public static IEnumerable<string> Against(MessageAction action, IReadOnlyDictionary<EntityUid, SchemaAction> schema)
    {
        if (!schema.TryGetValue(action.Action, out var found) || found.PrincipalTypes.Count == 0)
            yield return $"{action.MessageType}: the schema has no action {action.Action} that can be asked for";
        else if (!found.ResourceTypes.Contains(action.ResourceType))
            yield return $"{action.MessageType}: {action.Action} is done to {string.Join(", ", found.ResourceTypes.Order(StringComparer.Ordinal))}, not to {action.ResourceType}";
    }

    private static string? Pointer(JsonNodeAt item, string name)
    {
        if (item.Optional(name, JsonValueKind.String) is not { } pointer)
            return null;
        return pointer.Text.Length > 1 && pointer.Text[0] == '/' && !pointer.Text.Contains("//", StringComparison.Ordinal) && pointer.Text[^1] != '/' ? pointer.Text
            : throw pointer.Fault($"'{name}' is a JSON pointer such as /limit");
    }

    private static List<string> Texts(JsonNodeAt list, string what) => [.. list.Items.Select(i => i.Expect(JsonValueKind.String, what).Text)];

    private static int Whole(JsonNodeAt node, int least, int most)
        => int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
            : throw node.Fault(string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most} is expected"));
}
