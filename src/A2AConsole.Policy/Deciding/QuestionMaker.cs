using A2AConsole.Core.Identity;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Limits;

namespace A2AConsole.Policy.Deciding;

/// <summary>Makes the question that policy is asked about a message, from what we know and the message says. Pure.</summary>
internal static class QuestionMaker
{
    /// <summary>The task of a grant that is for any.</summary>
    public const string AnyTask = "*";

    /// <summary>The attribute of a person whose account is disabled.</summary>
    public const string Suspended = "suspended";

    private const string Nobody = "(nobody)";

    /// <summary>The grants to ask with, best first: live ones for this task before those for any; when none is live, the newest, so that policy says why. At most <paramref name="most"/>.</summary>
    public static IReadOnlyList<GrantFacts?> Candidates(SenderFacts sender, string? task, DateTimeOffset now, int most = 3)
    {
        IReadOnlyList<GrantFacts?> live = [.. sender.Grants.Where(g => g.NotBefore <= now && now < g.NotAfter && (g.Task == AnyTask || g.Task == task)
                && g.Environments.Split(' ').Contains(sender.Environment, StringComparer.Ordinal))
            .OrderByDescending(g => g.Task == task).ThenByDescending(g => g.NotAfter).Take(most)];
        return live.Count > 0 ? live : [sender.Grants.Count > 0 ? sender.Grants[0] : null];
    }

    /// <summary>The question.</summary>
    public static DecisionRequest Make(
        PolicyBundle bundle, MessageAction action, MessageContent content, SenderFacts sender, GrantFacts? grant, string? task, DateTimeOffset now, long cost, long window, int risk,
        bool verified, (EntityUid Uid, IReadOnlyDictionary<string, PolicyValue> Attributes)? approver)
    {
        var scope = action.Action.Type[..action.Action.Type.LastIndexOf("::", StringComparison.Ordinal)];
        var human = bundle.Manifest.ApproverType;
        var agent = new EntityUid(bundle.Actions[action.Action].PrincipalTypes.Order(StringComparer.Ordinal).First(), sender.SpiffeId);
        var owner = new EntityUid(human, sender.Owner ?? Nobody);
        var entities = new List<PolicyEntity>
        {
            Entity(owner, ("suspended", sender.OwnerSuspended)),
            Entity(agent, ("owner", owner), ("suspended", sender.State == AgentState.Suspended)),
        };
        if (action.ResourceAttributes.Count > 0)
            entities.Add(new PolicyEntity(new EntityUid(action.ResourceType, content.ResourceId), action.ResourceAttributes, []));
        if (approver is var (who, attributes) && who != owner)
            entities.Add(new PolicyEntity(who, attributes, []));
        EntityUid? granted = null;
        if (grant is not null)
        {
            granted = new EntityUid(scope + "::Grant", "grant-" + grant.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            entities.Add(Entity(granted.Value, GrantMembers(grant, agent, scope)));
        }
        var facts = new MessageFacts(now, sender.Environment, grant is { Task: AnyTask } ? AnyTask : task ?? "", risk, cost, window, granted, verified, approver?.Uid);
        return new DecisionRequest(agent, action.Action, new EntityUid(action.ResourceType, content.ResourceId), facts.ToContext(), entities);
    }

    private static (string, PolicyValue)[] GrantMembers(GrantFacts grant, EntityUid holder, string scope)
    {
        var members = new List<(string, PolicyValue)>
        {
            ("holder", holder), ("role", new EntityUid(scope + "::Role", grant.Role)), ("task", grant.Task),
            ("environments", new PolicyValue.Many([.. grant.Environments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(e => (PolicyValue)e)])),
            ("notBefore", grant.NotBefore), ("notAfter", grant.NotAfter),
        };
        if (grant.CostLimit is { } cost)
            members.Add(("costLimit", cost));
        if (grant.RiskLimit is { } risk)
            members.Add(("riskLimit", (long)risk));
        return [.. members];
    }

    private static PolicyEntity Entity(EntityUid uid, params (string Name, PolicyValue Value)[] members)
        => new(uid, members.ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal), []);
}
