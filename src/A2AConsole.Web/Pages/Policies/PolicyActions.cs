using System.Security.Claims;
using A2AConsole.Data.Ledger;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Grants;
using A2AConsole.Policy.Life;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Policies;

/// <summary>Steps in the life of policies. Which role may is decided here, whatever a page showed; which step comes when, by the rules of versions. Throws <see cref="NotPermittedException"/> and <see cref="PolicyRefusedException"/>.</summary>
public sealed class PolicyActions(PolicyLife life, PolicyJobs jobs)
{
    public Task<int> DraftAsync(ClaimsPrincipal user, int basedOn, string version, string note) => life.DraftAsync(basedOn, version, note, May(user, Permission.EditPolicies));

    public Task<int> ImportAsync(ClaimsPrincipal user, BundleFiles files, string note) => life.ImportAsync(files, note, May(user, Permission.EditPolicies));

    public Task<string> SaveAsync(ClaimsPrincipal user, int id, string digest, string path, string? text) => life.SaveAsync(id, digest, path, text, May(user, Permission.EditPolicies));

    public Task<VersionTests> TestAsync(ClaimsPrincipal user, int id) => life.TestAsync(id, May(user, Permission.EditPolicies));

    public Task ShadowAsync(ClaimsPrincipal user, int id) => life.ShadowAsync(id, May(user, Permission.EditPolicies));

    public Task WithdrawAsync(ClaimsPrincipal user, int id, string reason) => life.WithdrawAsync(id, reason, May(user, Permission.EditPolicies));

    public Task DiscardAsync(ClaimsPrincipal user, int id, string reason) => life.DiscardAsync(id, reason, May(user, Permission.EditPolicies));

    public Task ApproveAsync(ClaimsPrincipal user, int id, string digest, string reason) => life.ApproveAsync(id, digest, reason, May(user, Permission.ApprovePolicies));

    public Task ActivateAsync(ClaimsPrincipal user, int id, string reason) => life.ActivateAsync(id, reason, May(user, Permission.ActivatePolicies));

    public Task RollBackAsync(ClaimsPrincipal user, int id, string reason) => life.RollBackAsync(id, reason, May(user, Permission.ActivatePolicies));

    /// <summary>Anybody may ask what a version would have decided: it changes nothing.</summary>
    public Task<PolicyJob> ReplayAsync(int id, int days) => jobs.ReplayAsync(id, days);

    public Task<PolicyJob> MeasureAsync(ClaimsPrincipal user, int id) => jobs.MeasureAsync(id, May(user, Permission.EditPolicies));

    public PolicyJob? Job(PolicyJobKind kind, int id) => jobs.Find(kind, id);

    /// <summary>Why this person may not, or null when she may.</summary>
    public static string? WhyNot(ClaimsPrincipal user, Permission permission) => permission.Allows(user) ? null : permission.Refusal(user);

    /// <summary>Null when it was done, else why not.</summary>
    public static async Task<string?> TriedAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception refusal) when (refusal is NotPermittedException or PolicyRefusedException or GrantRefusedException or BundleException)
        {
            return refusal.Message;
        }
        catch (LedgerUnavailableException)
        {
            return "The ledger did not take it: nothing was changed. Try again.";
        }
    }

    private static string May(ClaimsPrincipal user, Permission permission) => permission.Allows(user) ? user.Identity!.Name! : throw new NotPermittedException(permission.Refusal(user));
}
