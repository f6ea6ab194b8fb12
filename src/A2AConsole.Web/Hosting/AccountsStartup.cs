using A2AConsole.Data.Users;
using A2AConsole.Web.Access;

namespace A2AConsole.Web.Hosting;

/// <summary>Makes the roles, the demo's people, or the link for the first administrator. Runs after the migrations.</summary>
internal sealed class AccountsStartup(ConsoleUsers users, SetUpLink link, ConsoleSettings settings, IServiceProvider services) : IHostedService
{
    /// <summary>The set-up link's token when there is no administrator yet.</summary>
    public string? SetUpToken { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await users.EnsureRolesAsync(Roles.All.Select(r => r.Name), cancellationToken);
        if (settings.Demo)
            await DemoUsers.EnsureAsync(services);
        else if (settings.Has(HostRole.Console) && !await users.AnyInRoleAsync(Roles.Administrator, cancellationToken))
            SetUpToken = link.Create();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
