using System.Security.Claims;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Findings;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>Closing findings. Who may is decided here, whatever a page showed.</summary>
public sealed class FindingActions(IFindings findings, FindingQueries queries)
{
    /// <summary>Closes an open finding with a reason. Throws <see cref="NotPermittedException"/>; what is closed already stays so.</summary>
    public async Task CloseAsync(ClaimsPrincipal user, long id, string reason)
    {
        // Read anew: whose it is may have changed since the page was shown.
        if (await queries.FindAsync(id) is not { } finding)
            return;
        if (WhyNotClose(user, finding) is { } why)
            throw new NotPermittedException(why);
        await findings.ResolveAsync(finding.Kind, finding.Subject, "user:" + user.Identity!.Name, reason);
    }

    /// <summary>Why this person may not close it, or null when she may. Owners close what concerns agents of their own.</summary>
    public static string? WhyNotClose(ClaimsPrincipal user, FindingRow finding)
        => !Permission.CloseFinding.Allows(user) ? Permission.CloseFinding.Refusal(user)
            : AgentActions.OwnOnly(user) && finding.Owner != user.Identity?.Name
                ? $"This finding is about {(finding.Owner is null ? "an agent without an owner" : $"an agent of {finding.Owner}")}; an owner closes those of her own agents only. An analyst or administrator may."
            : null;
}
