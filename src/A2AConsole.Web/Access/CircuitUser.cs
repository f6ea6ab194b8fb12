using A2AConsole.Data.Entities;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace A2AConsole.Web.Access;

/// <summary>Ends an open page's session within a minute when its account is disabled, reset or given another role.</summary>
internal sealed class CircuitUser(ILoggerFactory loggers, IServiceScopeFactory scopes, IOptions<IdentityOptions> options)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        var user = await users.GetUserAsync(authenticationState.User);
        return user is not null
            && authenticationState.User.FindFirst(options.Value.ClaimsIdentity.SecurityStampClaimType)?.Value == await users.GetSecurityStampAsync(user);
    }
}
