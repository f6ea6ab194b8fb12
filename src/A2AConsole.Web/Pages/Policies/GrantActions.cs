using System.Security.Claims;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Grants;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Policies;

/// <summary>Giving and taking back grants. Which role may is decided here, whatever a page showed; whose agent it is, by the rules of grants. Throws <see cref="NotPermittedException"/> and <see cref="GrantRefusedException"/>.</summary>
public sealed class GrantActions(GrantService grants, AgentDetailQueries agents)
{
    /// <summary>The roles that the active policies name.</summary>
    public IReadOnlyList<string> Roles => grants.Roles;

    /// <summary>The currency of cost limits; null when no policies are active.</summary>
    public string? Currency => grants.Currency;

    public Task<int> GiveAsync(ClaimsPrincipal user, GrantPlan plan) => grants.GiveAsync(plan, Actor(user));

    public Task RevokeAsync(ClaimsPrincipal user, int id, string reason) => grants.RevokeAsync(id, reason, Actor(user));

    /// <summary>What stands against a plan, for a form that says so while it is filled in; null when nothing does.</summary>
    public Task<string?> WhyNotAsync(ClaimsPrincipal user, GrantPlan plan) => grants.WhyNotAsync(plan, new GrantActor(user.Identity?.Name ?? "", user.IsInRole(Access.Roles.Administrator)));

    /// <summary>Why this person may not grant anything to that owner's agent, or null when she may.</summary>
    public static string? WhyNot(ClaimsPrincipal user, string? owner) => LifeActions.WhyNot(user, Permission.GiveGrant, owner);

    /// <summary>An agent by its number.</summary>
    public Task<AgentRow?> AgentAsync(int number) => agents.FindAsync(number);

    private static GrantActor Actor(ClaimsPrincipal user)
        => Permission.GiveGrant.Allows(user) ? new(user.Identity!.Name!, user.IsInRole(Access.Roles.Administrator)) : throw new NotPermittedException(Permission.GiveGrant.Refusal(user));
}
