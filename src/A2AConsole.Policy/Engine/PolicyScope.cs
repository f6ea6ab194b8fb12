using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Engine;

/// <summary>
/// What can be said of a policy without evaluating it, from its syntax tree: for which requests its scope can hold at all, and which entities
/// and members of the context it reads. A policy is left out only where its scope cannot hold; then it can neither decide nor fail.
/// </summary>
internal sealed class PolicyScope
{
    private readonly Constraint _principal;
    private readonly Constraint _resource;
    private readonly HashSet<EntityUid>? _actions;

    public PolicyScope(JsonElement policy)
    {
        _principal = Constraint.Read(policy.GetProperty("principal"));
        _resource = Constraint.Read(policy.GetProperty("resource"));
        var action = policy.GetProperty("action");
        if (action.GetProperty("op").GetString() is "==" or "in")
        {
            _actions = [];
            if (action.TryGetProperty("entity", out var one))
                _actions.Add(UidOf(one));
            else if (action.TryGetProperty("entities", out var several))
                _actions.UnionWith(several.EnumerateArray().Select(UidOf));
            else
                _actions = null;
        }
        Walk(policy);
    }

    /// <summary>The entities that the policy names.</summary>
    public HashSet<EntityUid> Literals { get; } = [];

    /// <summary>The members of the context that the policy reads.</summary>
    public HashSet<string> ContextMembers { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it takes the context as a whole, so that every member counts.</summary>
    public bool ReadsWholeContext { get; private set; }

    /// <summary>Whether its scope can hold for requests of this kind.</summary>
    public bool MayApply(SchemaAction action, string principalType, string resourceType)
        => (_actions is null || _actions.Contains(action.Uid) || action.Groups.Any(_actions.Contains)) && _principal.MayHold(principalType) && _resource.MayHold(resourceType);

    private void Walk(JsonElement node)
    {
        switch (node.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in node.EnumerateArray())
                    Walk(item);
                break;
            case JsonValueKind.Object:
                if (ReadsContext(node))
                    return;
                foreach (var member in node.EnumerateObject())
                {
                    if (member.Name is "__entity" or "entity" && IsUid(member.Value))
                        Literals.Add(UidOf(member.Value));
                    else if (member.NameEquals("Var") && member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("context"))
                        ReadsWholeContext = true;
                    else
                        Walk(member.Value);
                }
                break;
            default:
                break;
        }
    }

    /// <summary><c>context.x</c> and <c>context has x</c> read one member.</summary>
    private bool ReadsContext(JsonElement node)
    {
        if (!(node.TryGetProperty(".", out var access) || node.TryGetProperty("has", out access)) || access.ValueKind != JsonValueKind.Object
            || !access.TryGetProperty("left", out var left) || !access.TryGetProperty("attr", out var attribute))
            return false;
        if (left.ValueKind != JsonValueKind.Object || !left.TryGetProperty("Var", out var variable) || variable.ValueKind != JsonValueKind.String || !variable.ValueEquals("context"))
            return false;
        // "has" may name a path: context has grant.role.
        var name = attribute.ValueKind == JsonValueKind.Array ? attribute[0] : attribute;
        ContextMembers.Add(name.GetString()!);
        return true;
    }

    private static bool IsUid(JsonElement e)
        => e.ValueKind == JsonValueKind.Object && (e.TryGetProperty("__entity", out _) || (e.TryGetProperty("type", out var t) && t.ValueKind == JsonValueKind.String && e.TryGetProperty("id", out _)));

    internal static EntityUid UidOf(JsonElement e)
    {
        if (e.TryGetProperty("__entity", out var inner))
            e = inner;
        return new EntityUid(e.GetProperty("type").GetString()!, e.GetProperty("id").GetString()!);
    }

    /// <summary>A constraint on principal or resource, as far as types go; <c>in</c> says nothing about them.</summary>
    private readonly record struct Constraint(string? Type)
    {
        public static Constraint Read(JsonElement scope) => scope.GetProperty("op").GetString() switch
        {
            "is" => new Constraint(scope.GetProperty("entity_type").GetString()),
            "==" when scope.TryGetProperty("entity", out var entity) => new Constraint(UidOf(entity).Type),
            _ => new Constraint(null),
        };

        public bool MayHold(string type) => Type is null || Type == type;
    }
}
