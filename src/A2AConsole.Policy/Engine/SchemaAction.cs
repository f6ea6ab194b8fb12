using System.Text.Json;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Engine;

/// <summary>An action of a schema: the groups that it is in, however far up, which types it applies to, and what its context is.</summary>
internal sealed record SchemaAction(EntityUid Uid, IReadOnlySet<EntityUid> Groups, IReadOnlySet<string> PrincipalTypes, IReadOnlySet<string> ResourceTypes, SchemaType Context)
{
    /// <summary>Reads the actions of a schema in the engine's JSON form with resolved names.</summary>
    public static Dictionary<EntityUid, SchemaAction> ReadAll(JsonElement schema)
    {
        var direct = new Dictionary<EntityUid, (List<EntityUid> Groups, HashSet<string> Principals, HashSet<string> Resources, SchemaType Context)>();
        var common = SchemaType.Common(schema);
        foreach (var space in schema.EnumerateObject())
        {
            if (!space.Value.TryGetProperty("actions", out var actions))
                continue;
            foreach (var action in actions.EnumerateObject())
            {
                var groups = new List<EntityUid>();
                if (action.Value.TryGetProperty("memberOf", out var memberOf) && memberOf.ValueKind == JsonValueKind.Array)
                {
                    foreach (var group in memberOf.EnumerateArray())
                    {
                        groups.Add(new EntityUid(group.GetProperty("type").GetString()!, group.GetProperty("id").GetString()!));
                    }
                }
                var uid = new EntityUid(space.Name.Length == 0 ? "Action" : space.Name + "::Action", action.Name);
                direct[uid] = (groups, Types(action.Value, "principalTypes"), Types(action.Value, "resourceTypes"), ContextOf(action.Value, common));
            }
        }
        return direct.ToDictionary(a => a.Key, a => new SchemaAction(a.Key, Ancestors(a.Key, direct), a.Value.Principals, a.Value.Resources, a.Value.Context));

        static HashSet<EntityUid> Ancestors(EntityUid uid, Dictionary<EntityUid, (List<EntityUid> Groups, HashSet<string>, HashSet<string>, SchemaType)> direct)
        {
            var found = new HashSet<EntityUid>();
            var open = new Stack<EntityUid>([uid]);
            while (open.TryPop(out var next))
            {
                if (!direct.TryGetValue(next, out var entry))
                    continue;
                foreach (var group in entry.Groups.Where(found.Add))
                    open.Push(group);
            }
            return found;
        }
    }

    private static HashSet<string> Types(JsonElement action, string member)
        => action.TryGetProperty("appliesTo", out var applies) && applies.TryGetProperty(member, out var types)
            ? [.. types.EnumerateArray().Select(t => t.GetString()!)]
            : [];

    private static SchemaType ContextOf(JsonElement action, Dictionary<string, JsonElement> common)
        => action.TryGetProperty("appliesTo", out var applies) && applies.TryGetProperty("context", out var context) ? SchemaType.Read(context, common) : SchemaType.Plain;
}
