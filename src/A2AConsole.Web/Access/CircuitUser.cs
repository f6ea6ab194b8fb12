using System.Security.Claims;
using A2AConsole.Data.Entities;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace A2AConsole.Web.Access;

/// <summary>
/// Who is in front of an open page. Her session ends within a minute, and at once when she acts, after her account is disabled,
/// reset or given another role, after she signed out elsewhere in this browser, and when the page is as old as a session may get.
/// Pages demand somebody who is signed in, so that what is open goes with it.
/// </summary>
internal sealed class CircuitUser(ILoggerFactory loggers, IServiceScopeFactory scopes, IOptions<IdentityOptions> options, EndedSessions ended)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    private readonly DateTimeOffset _since = ended.Now;

    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    /// <summary>Her claims now; nobody's when the session has ended, which every open page is told.</summary>
    public async Task<ClaimsPrincipal> JudgeAsync()
    {
        var now = await GetAuthenticationStateAsync();
        if (now.User.Identity is not { IsAuthenticated: true } || await ValidateAuthenticationStateAsync(now, default))
            return now.User;
        var nobody = new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()));
        SetAuthenticationState(Task.FromResult(nobody));
        return nobody.User;
    }

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (ended.Now - _since >= AccessRules.SessionLifetime || ended.HasEnded(authenticationState.User))
            return false;
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        var user = await users.GetUserAsync(authenticationState.User);
        return user is not null
            && authenticationState.User.FindFirst(options.Value.ClaimsIdentity.SecurityStampClaimType)?.Value == await users.GetSecurityStampAsync(user);
    }
}
