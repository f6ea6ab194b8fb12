using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Life;
using A2AConsole.Web.Access;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>
/// What is done to an agent during its life. Who may is decided here, whatever a page showed: owners act on agents of their own
/// only. Each returns null when it was done, or a sentence that says why not; throws <see cref="NotPermittedException"/>.
/// </summary>
public sealed class LifeActions(IAgentLife life, AgentDetailQueries agents)
{
    public Task<string?> SuspendAsync(ClaimsPrincipal user, int agent, string reason)
        => DoAsync(user, agent, Permission.SuspendAgent, actor => life.SuspendAsync(agent, actor, reason));

    public Task<string?> ResumeAsync(ClaimsPrincipal user, int agent, string reason)
        => DoAsync(user, agent, Permission.SuspendAgent, actor => life.ResumeAsync(agent, actor, reason));

    public Task<string?> RetireAsync(ClaimsPrincipal user, int agent, string reason)
        => DoAsync(user, agent, Permission.RetireAgent, actor => life.RetireAsync(agent, actor, reason));

    public Task<string?> RotateAsync(ClaimsPrincipal user, int agent, string reason)
        => DoAsync(user, agent, Permission.RotateAgent, actor => life.RequestRotationAsync(agent, actor, reason));

    public Task<string?> AssignAsync(ClaimsPrincipal user, int agent, string? owner, string reason)
        => DoAsync(user, agent, Permission.AssignAgent, actor => life.AssignOwnerAsync(agent, owner, actor, reason));

    public Task<string?> SetDutiesAsync(ClaimsPrincipal user, int agent, IReadOnlyDictionary<Duty, string?> holders, string reason)
        => DoAsync(user, agent, Permission.AssignAgent, actor => life.SetResponsibilitiesAsync(agent, holders, actor, reason));

    /// <summary>Why this person may not do this to that owner's agent, or null when she may.</summary>
    public static string? WhyNot(ClaimsPrincipal user, Permission permission, string? owner)
        => !permission.Allows(user) ? permission.Refusal(user)
            : !AgentActions.OwnOnly(user) || (owner is not null && owner == user.Identity?.Name) ? null
            : owner is null ? "This agent has no owner; an owner acts on agents of her own only. An administrator may."
            : $"This agent belongs to {owner}; an owner acts on agents of her own only. An administrator may.";

    private async Task<string?> DoAsync(ClaimsPrincipal user, int number, Permission permission, Func<string, Task<LifeRefusal?>> act)
    {
        // Read anew: whose it is may have changed since the page was shown.
        if (await agents.FindAsync(number) is not { } agent)
            return "There is no such agent any more.";
        if (WhyNot(user, permission, agent.Owner) is { } why)
            throw new NotPermittedException(why);
        return (await act("user:" + user.Identity!.Name))?.Detail;
    }
}
