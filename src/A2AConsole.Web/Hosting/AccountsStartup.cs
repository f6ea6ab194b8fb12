using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;

namespace A2AConsole.Web.Hosting;

/// <summary>Makes the roles, the demo's people, or the link for an administrator. Runs after the migrations.</summary>
internal sealed class AccountsStartup(ConsoleUsers users, SetUpLink link, ConsoleSettings settings, ILedger ledger, TimeProvider time, IServiceProvider services) : IHostedService
{
    /// <summary>The set-up link's token when there is no administrator yet, or the start was asked for one.</summary>
    public string? SetUpToken { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await users.EnsureRolesAsync(Roles.All.Select(r => r.Name), cancellationToken);
        if (settings.Demo)
            await DemoUsers.EnsureAsync(services);
        if (!settings.Has(HostRole.Console))
            return;
        if (settings.NewAdminLink)
        {
            // Whoever can start the process can read its keys: the link gives him nothing new, but it is never given unseen.
            await ledger.RecordAsync(new LedgerLeaf
            {
                Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = "admin-link-made", At = time.GetUtcNow(), Actor = "system",
                Detail = "A one-time link to make an administrator was asked for at the start (--new-admin-link).",
            }, cancellationToken: cancellationToken);
            SetUpToken = link.Create();
        }
        else if (!settings.Demo && !await users.AnyInRoleAsync(Roles.Administrator, cancellationToken))
        {
            SetUpToken = link.Create();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
