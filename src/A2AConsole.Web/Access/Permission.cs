using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace A2AConsole.Web.Access;

/// <summary>Something that only some roles may do. Its name is also the authorization policy's.</summary>
/// <param name="Name">The policy's name.</param>
/// <param name="Act">What it allows, as "… may not &lt;act&gt;".</param>
/// <param name="AllowedRoles">Who may.</param>
public sealed record Permission(string Name, string Act, params string[] AllowedRoles)
{
    public const string ManageUsersPolicy = "manage-users";
    public const string ReadPayloadsPolicy = "read-payloads";

    public static readonly Permission ManageUsers = new(ManageUsersPolicy, "administer users", Roles.Administrator);
    public static readonly Permission InviteAgent = new("invite-agent", "invite agents", Roles.Owner, Roles.Administrator);
    public static readonly Permission RevokeCertificate = new("revoke-certificate", "revoke certificates", Roles.Analyst, Roles.Owner, Roles.Administrator);
    public static readonly Permission ReadPayloads = new(ReadPayloadsPolicy, "read what was sent", Roles.Analyst, Roles.Owner, Roles.Manager, Roles.Auditor, Roles.Administrator);

    public static readonly Permission ManageReviews = new("manage-reviews", "open and end review campaigns", Roles.Manager, Roles.Administrator);
    public static readonly Permission ReviewAgents = new("review-agents", "review agents", Roles.Owner, Roles.Analyst, Roles.Manager, Roles.Administrator);

    public static readonly Permission HandleQuarantine = new("handle-quarantine", "work in quarantine", Roles.Analyst, Roles.Manager, Roles.Administrator);
    public static readonly Permission TriageAlerts = new("triage-alerts", "work on alerts and incidents", Roles.Analyst, Roles.Administrator);
    public static readonly Permission RevokeScope = new("revoke-scope", "revoke more than one agent at once", Roles.Analyst, Roles.Administrator);
    public static readonly Permission CloseFinding = new("close-finding", "close findings", Roles.Analyst, Roles.Owner, Roles.Administrator);
    public static readonly Permission ManageAuthority = new("manage-authority", "change the authority's keys", Roles.Administrator);
    public static readonly Permission ChangeEntries = new("change-entries", "change registration entries", Roles.Administrator);
    public static readonly Permission SuspendAgent = new("suspend-agent", "suspend or resume agents", Roles.Analyst, Roles.Owner, Roles.Administrator);
    public static readonly Permission RetireAgent = new("retire-agent", "retire agents", Roles.Owner, Roles.Administrator);
    public static readonly Permission RotateAgent = new("rotate-agent", "have agents rotate their keys", Roles.Analyst, Roles.Owner, Roles.Administrator);
    public static readonly Permission AssignAgent = new("assign-agent", "say who answers for agents", Roles.Owner, Roles.Manager, Roles.Administrator);

    public static readonly Permission DecideApprovals = new("decide-approvals", "decide what agents ask for", Roles.Manager, Roles.Administrator);
    public static readonly Permission GiveGrant = new("give-grant", "grant agents what they may act as", Roles.Owner, Roles.Administrator);
    public static readonly Permission EditPolicies = new("edit-policies", "draft changes to the policies", Roles.Analyst, Roles.Administrator);
    public static readonly Permission ApprovePolicies = new("approve-policies", "approve changes to the policies", Roles.Manager, Roles.Administrator);
    public static readonly Permission ActivatePolicies = new("activate-policies", "activate policies or roll them back", Roles.Administrator);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Permission> All { get; } = [ManageUsers, InviteAgent, RevokeCertificate, ReadPayloads, ManageReviews, ReviewAgents,
        RevokeScope, CloseFinding, ManageAuthority, ChangeEntries, SuspendAgent, RetireAgent, RotateAgent, AssignAgent, GiveGrant, EditPolicies, ApprovePolicies, ActivatePolicies, DecideApprovals, HandleQuarantine, TriageAlerts];

    /// <summary>Whether this person may.</summary>
    public bool Allows(ClaimsPrincipal user) => AllowedRoles.Any(user.IsInRole);

    /// <summary>"An auditor may not revoke certificates. An analyst, owner or administrator may."</summary>
    public string Refusal(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true })
            return $"You are not signed in any more. Sign in to {Act}.";
        var role = Roles.All.Select(r => r.Name).FirstOrDefault(user.IsInRole);
        var who = role is null ? "Someone without a role" : $"{Article(role)} {role.ToLowerInvariant()}";
        var others = AllowedRoles.Select(r => r.ToLowerInvariant()).ToArray();
        var list = others.Length == 1 ? others[0] : string.Join(", ", others[..^1]) + " or " + others[^1];
        return $"{who} may not {Act}. {Article(others[0])} {list} may.";
    }

    private static string Article(string word) => "aeiouAEIOU".Contains(word[0], StringComparison.Ordinal) ? "An" : "A";

    internal void AddTo(AuthorizationOptions options) => options.AddPolicy(Name, p => p.RequireAuthenticatedUser().RequireRole(AllowedRoles));
}
