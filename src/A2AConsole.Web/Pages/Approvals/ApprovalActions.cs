using System.Security.Claims;
using A2AConsole.Core.Approvals;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Approvals;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Approvals;

/// <summary>
/// What people do with requests for approval. Who may decide which request is decided by the rules of approvals when the decision is written; here it is only who they are. Throws
/// <see cref="NotPermittedException"/> and <see cref="Data.Stores.ApprovalRefusedException"/>.
/// </summary>
public sealed class ApprovalActions(IApprovalService approvals, ApprovalQueries queries, TimeProvider time)
{
    /// <summary>The person as the rules of approvals see her.</summary>
    public Task<ApprovalActor> ActorAsync(ClaimsPrincipal user)
        => queries.ActorAsync(user.Identity?.Name ?? "", Roles.All.Select(r => r.Name).FirstOrDefault(user.IsInRole), time.GetUtcNow());

    public async Task<DecisionRecord> PrepareAsync(ClaimsPrincipal user, int approval, ApprovalSay say) => await approvals.PrepareAsync(approval, say, await SignedInAsync(user));

    public async Task<ApprovalOutcome> DecideAsync(ClaimsPrincipal user, DecisionRecord record, PasskeyAssertion? assertion) => await approvals.DecideAsync(record, assertion, await SignedInAsync(user));

    /// <summary>Refuses, or asks back: what needs no signature.</summary>
    public async Task<ApprovalOutcome> SayAsync(ClaimsPrincipal user, int approval, ApprovalSay say)
    {
        var actor = await SignedInAsync(user);
        return await approvals.DecideAsync(await approvals.PrepareAsync(approval, say, actor), null, actor);
    }

    public Task DelegateAsync(ClaimsPrincipal user, string to, DateTimeOffset from, DateTimeOffset until, string reason)
        => Permission.DecideApprovals.Allows(user) ? approvals.DelegateAsync(user.Identity!.Name!, to, from, until, reason) : throw new NotPermittedException(Permission.DecideApprovals.Refusal(user));

    public Task UndelegateAsync(ClaimsPrincipal user, int delegation)
        => user.Identity is { IsAuthenticated: true, Name: { } name } ? approvals.UndelegateAsync(name, delegation) : throw new NotPermittedException(Permission.DecideApprovals.Refusal(user));

    private Task<ApprovalActor> SignedInAsync(ClaimsPrincipal user)
        => user.Identity is { IsAuthenticated: true } ? ActorAsync(user) : throw new NotPermittedException(Permission.DecideApprovals.Refusal(user));
}
