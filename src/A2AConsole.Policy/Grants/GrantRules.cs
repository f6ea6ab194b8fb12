namespace A2AConsole.Policy.Grants;

/// <summary>What is to be granted. Times are UTC; see <see cref="Data.Entities.Grant"/> for the units.</summary>
public sealed record GrantPlan(
    int AgentNumber, string Role, string Task, IReadOnlyList<string> Environments, DateTimeOffset NotBefore, DateTimeOffset NotAfter, long? CostLimit, int? RiskLimit, string Reason);

/// <summary>Who grants. An administrator gives anything; an owner goes on with what her agents have.</summary>
public sealed record GrantActor(string Name, bool IsAdministrator);

/// <summary>The agent that it is for, with what it has or had and nobody took back.</summary>
public sealed record GrantHolder(string SpiffeId, string Environment, string? Owner, bool IsInService, IReadOnlyList<HeldGrant> Grants);

/// <summary>A grant that an agent has or had.</summary>
public sealed record HeldGrant(string Role, string Task, IReadOnlyList<string> Environments, long? CostLimit, int? RiskLimit);

/// <summary>Why a grant was not given or taken back. <see cref="Code"/> is stable.</summary>
public sealed class GrantRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Whether a grant may be given. An owner never makes her agents able to do more than an administrator once said: she goes on with a grant, narrowed or as it is. Pure.</summary>
public static class GrantRules
{
    public const string RoleUnknown = "grant-role-unknown", NotOwner = "grant-not-owner", Wider = "grant-wider", Environment = "grant-environment", Times = "grant-times",
        Limits = "grant-limits", Task = "grant-task", Reason = "grant-reason", OutOfService = "grant-out-of-service", Unknown = "grant-unknown", Ended = "grant-ended";

    /// <summary>The task of a grant that is for any.</summary>
    public const string AnyTask = "*";

    /// <summary>The longest that a grant lasts, by who gives it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366), LongestOfOwner = TimeSpan.FromDays(90);

    private const int ShortestReason = 5, MaxTask = 64, MaxEnvironments = 10;

    /// <summary>Null, or what stands against it.</summary>
    /// <param name="roles">The roles that the active policies name.</param>
    public static (string Code, string Message)? Check(GrantPlan plan, GrantHolder holder, GrantActor actor, IReadOnlyCollection<string> roles, DateTimeOffset now)
    {
        if (!holder.IsInService)
            return (OutOfService, "The agent is revoked or retired: it can be granted nothing.");
        if (!actor.IsAdministrator && !string.Equals(holder.Owner, actor.Name, StringComparison.OrdinalIgnoreCase))
            return (NotOwner, holder.Owner is null ? "This agent has no owner: an administrator may grant it something." : $"This agent belongs to {holder.Owner}: she or an administrator may.");
        if (!roles.Contains(plan.Role))
            return (RoleUnknown, roles.Count == 0 ? "No policies are active, so no role means anything." : $"The active policies know the roles {string.Join(", ", roles.Order(StringComparer.Ordinal))}, not '{plan.Role}'.");
        if (plan.Task != AnyTask && (plan.Task.Length is 0 or > MaxTask || plan.Task.AsSpan().ContainsAnyExceptInRange('!', '~')))
            return (Task, $"A task is * for any, or 1 to {MaxTask} printable characters without spaces.");
        if (plan.Environments.Count is 0 or > MaxEnvironments || plan.Environments.Any(e => e.Length == 0 || !e.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            return (Environment, $"Name 1 to {MaxEnvironments} environments, each of letters, digits, '-', '_' and '.'.");
        if (!plan.Environments.Contains(holder.Environment))
            return (Environment, $"The agent works in {holder.Environment}: a grant for {string.Join(", ", plan.Environments)} would never count.");
        if (plan.NotAfter <= plan.NotBefore || plan.NotAfter <= now)
            return (Times, "A grant ends after it begins, and not in the past.");
        var longest = actor.IsAdministrator ? Longest : LongestOfOwner;
        if (plan.NotAfter - now > longest)
            return (Times, $"A grant ends within {longest.TotalDays:0} days{(actor.IsAdministrator ? "" : "; an administrator may give it for longer")}.");
        if (plan.CostLimit is <= 0 || plan.RiskLimit is < 0 or > 100)
            return (Limits, "A cost limit is above 0; a risk limit lies between 0 and 100.");
        if (plan.Reason.Trim().Length < ShortestReason)
            return (Reason, $"A reason is needed, of {ShortestReason} characters at least: it is what an auditor will read.");
        return actor.IsAdministrator || holder.Grants.Any(g => Covers(g, plan)) ? null
            : (Wider, "An owner goes on with what her agent was granted, as it is or narrower; anything new is an administrator's to give.");
    }

    /// <summary>Null, or what stands against taking it back.</summary>
    public static (string Code, string Message)? CheckRevoke(string? owner, DateTimeOffset? revokedAt, GrantActor actor, string reason)
        => !actor.IsAdministrator && !string.Equals(owner, actor.Name, StringComparison.OrdinalIgnoreCase) ? (NotOwner, "Only the agent's owner or an administrator takes a grant back.")
            : revokedAt is not null ? (Ended, "It was taken back already.")
            : reason.Trim().Length < ShortestReason ? (Reason, $"A reason is needed, of {ShortestReason} characters at least: it is what an auditor will read.")
            : null;

    private static bool Covers(HeldGrant held, GrantPlan plan)
        => held.Role == plan.Role && (held.Task == AnyTask || held.Task == plan.Task) && plan.Environments.All(held.Environments.Contains)
            && (held.CostLimit is null || plan.CostLimit <= held.CostLimit) && (held.RiskLimit is null || plan.RiskLimit <= held.RiskLimit);
}
