using System.Security.Claims;
using A2AConsole.Trust.Algorithms;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>The site's decisions about algorithms. Who may take them is decided here, whatever a page showed.</summary>
public sealed class AlgorithmActions(IAlgorithmPolicies policies)
{
    /// <summary>Takes a decision. Null when it is in force, else why not. Throws <see cref="NotPermittedException"/>.</summary>
    public async Task<string?> SetAsync(ClaimsPrincipal user, AlgorithmChange change, string reason)
        => WhyNot(user) is { } why ? throw new NotPermittedException(why) : (await policies.SetAsync(change, reason, "user:" + user.Identity!.Name))?.Detail;

    /// <summary>What would stand against a decision, for a form that says so while it is filled in.</summary>
    public string? Check(AlgorithmChange change) => policies.Check(change)?.Detail;

    /// <summary>Why this person may not decide about algorithms, or null when she may.</summary>
    public static string? WhyNot(ClaimsPrincipal user) => Permission.ManageAuthority.Allows(user) ? null : "Only an administrator decides which algorithms are accepted.";
}
