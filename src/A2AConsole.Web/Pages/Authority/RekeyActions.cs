using System.Security.Claims;
using A2AConsole.Trust.Rekeying;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Authority;

/// <summary>The emergency playbook. Who may is decided here, whatever a page showed; throws <see cref="NotPermittedException"/> and what the playbook refuses.</summary>
public sealed class RekeyActions(IRekeying rekeying)
{
    public Task<int> StartAsync(ClaimsPrincipal user, RekeyOrder order) => rekeying.StartAsync(order, Actor(user));

    public Task PauseAsync(ClaimsPrincipal user, int run) => rekeying.PauseAsync(run, Actor(user));

    public Task ResumeAsync(ClaimsPrincipal user, int run) => rekeying.ResumeAsync(run, Actor(user));

    public Task CallStuckAgainAsync(ClaimsPrincipal user, int run) => rekeying.CallStuckAgainAsync(run, Actor(user));

    public Task FinishAsync(ClaimsPrincipal user, int run, string reason) => rekeying.FinishAsync(run, Actor(user), reason);

    public Task CancelAsync(ClaimsPrincipal user, int run, string reason) => rekeying.CancelAsync(run, Actor(user), reason);

    private static string Actor(ClaimsPrincipal user) => AuthorityActions.WhyNot(user) is { } why ? throw new NotPermittedException(why) : "user:" + user.Identity!.Name;
}
