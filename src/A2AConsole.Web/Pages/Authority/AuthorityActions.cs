using System.Security.Claims;
using A2AConsole.Trust.Domain;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Authority;

/// <summary>
/// The steps of the authority's keys. Who may is decided here, whatever a page showed. Throws <see cref="NotPermittedException"/>
/// and <see cref="AuthorityStepException"/>.
/// </summary>
public sealed class AuthorityActions(IAuthorityKeys keys)
{
    public Task<string> PrepareAsync(ClaimsPrincipal user, string purpose, string reason) => keys.PrepareAsync(purpose, Actor(user), reason);

    public Task ActivateAsync(ClaimsPrincipal user, string name, string reason, bool force = false) => keys.ActivateAsync(name, Actor(user), reason, force);

    public Task TaintAsync(ClaimsPrincipal user, string name, string reason) => keys.TaintAsync(name, Actor(user), reason);

    public Task RevokeAsync(ClaimsPrincipal user, string name, string reason, bool force = false) => keys.RevokeAsync(name, Actor(user), reason, force);

    /// <summary>Why this person may not change the authority's keys, or null when she may.</summary>
    public static string? WhyNot(ClaimsPrincipal user) => Permission.ManageAuthority.Allows(user) ? null : Permission.ManageAuthority.Refusal(user);

    private static string Actor(ClaimsPrincipal user) => WhyNot(user) is { } why ? throw new NotPermittedException(why) : "user:" + user.Identity!.Name;
}
