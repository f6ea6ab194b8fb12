using System.Security.Claims;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Stores;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Reviews;

/// <summary>
/// What people do in reviews. Which role may is decided here, whatever a page showed; whose review it is, by the rules of reviews
/// when the decision is written. Throws <see cref="NotPermittedException"/> and <see cref="ReviewRefusedException"/>.
/// </summary>
public sealed class ReviewActions(IReviews reviews)
{
    public Task<int> OpenAsync(ClaimsPrincipal user, ReviewPlan plan) => reviews.OpenAsync(plan, Overseer(user));

    public Task RemindAsync(ClaimsPrincipal user, int campaign) => reviews.RemindAsync(campaign, Overseer(user));

    public Task FinishAsync(ClaimsPrincipal user, int campaign) => reviews.FinishAsync(campaign, Overseer(user));

    public Task CancelAsync(ClaimsPrincipal user, int campaign, string reason) => reviews.CancelAsync(campaign, reason, Overseer(user));

    public Task DecideAsync(ClaimsPrincipal user, int campaign, int agent, ReviewVerdict verdict)
        => verdict.Reassigns && !Permission.AssignAgent.Allows(user) ? throw new NotPermittedException(Permission.AssignAgent.Refusal(user))
            : reviews.DecideAsync(campaign, agent, verdict, Reviewer(user));

    public Task DelegateAsync(ClaimsPrincipal user, int campaign, int agent, string? to, string reason) => reviews.DelegateAsync(campaign, [agent], to, reason, Reviewer(user));

    /// <summary>The person as the rules of reviews see her.</summary>
    public static ReviewActor ActorOf(ClaimsPrincipal user) => new(user.Identity?.Name ?? "", Permission.ManageReviews.Allows(user));

    private static ReviewActor Overseer(ClaimsPrincipal user)
        => Permission.ManageReviews.Allows(user) ? ActorOf(user) : throw new NotPermittedException(Permission.ManageReviews.Refusal(user));

    private static ReviewActor Reviewer(ClaimsPrincipal user)
        => Permission.ReviewAgents.Allows(user) ? ActorOf(user) : throw new NotPermittedException(Permission.ReviewAgents.Refusal(user));
}
