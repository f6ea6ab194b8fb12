using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust;
using A2AConsole.Trust.Revoking;
using A2AConsole.Web.Access;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>What can be done to agents from the console. Who may is decided here, whatever a page showed.</summary>
public sealed class AgentActions(IAuthority authority, IRevocations revocations, ITrustDomain domain, CertificateQueries certificates, AgentDetailQueries agents)
{
    /// <summary>
    /// Makes a join token. Throws <see cref="NotPermittedException"/>, <see cref="FormatException"/> naming the broken rule, or <see cref="InvitationRefusedException"/>.
    /// Owners invite agents of their own only.
    /// </summary>
    public async Task<IssuedJoinToken> InviteAsync(ClaimsPrincipal user, AgentInvitation invitation, CancellationToken cancellationToken = default)
    {
        if (WhyNotInvite(user) is { } why)
            throw new NotPermittedException(why);
        if (OwnOnly(user) && invitation.Owner != user.Identity!.Name)
            throw new NotPermittedException("An owner enrols agents of her own only.");
        if (SpiffeId.Parse(invitation.SpiffeId).TrustDomain != domain.Name)
            throw new FormatException($"the trust domain here is {domain.Name}");
        // An entry says what may be issued at all: whoever administers the site may make one by inviting, owners only fill those there are.
        invitation = invitation with { MakesEntry = user.IsInRole(Roles.Administrator), OnBehalfOf = OwnOnly(user) ? user.Identity!.Name : null };
        return await authority.InviteAsync(invitation, Actor(user), cancellationToken);
    }

    /// <summary>Revokes a certificate. False when it was revoked already. Throws <see cref="NotPermittedException"/>.</summary>
    public async Task<bool> RevokeAsync(ClaimsPrincipal user, string serial, RevocationChoice reason, CancellationToken cancellationToken = default)
    {
        // Read anew: whose it is may have changed since the page was shown.
        var impact = await certificates.ImpactAsync(serial, cancellationToken);
        if (WhyNotRevoke(user, impact?.Owner) is { } why)
            throw new NotPermittedException(why);
        return impact is not null && await authority.RevokeAsync(serial, reason.Code, Actor(user), cancellationToken);
    }

    /// <summary>
    /// Revokes all within a scope; <paramref name="agent"/> is the one that it was opened from. Null when it was done, else why not.
    /// Owners reach all certificates of an agent of their own, and nothing wider. Throws <see cref="NotPermittedException"/>.
    /// </summary>
    public async Task<string?> RevokeScopeAsync(
        ClaimsPrincipal user, RevocationTarget target, int agent, RevocationChoice reason, string note, IProgress<RevocationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (target.IsWide)
        {
            if (WhyNotRevokeScope(user) is { } why)
                throw new NotPermittedException(why);
        }
        else
        {
            var row = await agents.FindAsync(agent, cancellationToken);
            if (row is null || (target.Scope == RevocationScope.Agent ? row.SpiffeId != target.Target : row.CertificateSerial != target.Target))
                return "There is no such agent any more.";
            if (WhyNotRevoke(user, row.Owner) is { } why)
                throw new NotPermittedException(why);
        }
        return (await revocations.RevokeAsync(new RevocationRequest(target.Scope, target.Target, reason.Standard, note), Actor(user), progress, cancellationToken)).Refusal?.Detail;
    }

    /// <summary>Why this person may not revoke a role, an environment, an organisation or an authority's key, or null when she may.</summary>
    public static string? WhyNotRevokeScope(ClaimsPrincipal user) => Permission.RevokeScope.Allows(user) ? null : Permission.RevokeScope.Refusal(user);

    /// <summary>Why this person may not enrol agents, or null when she may.</summary>
    public static string? WhyNotInvite(ClaimsPrincipal user)
        => Permission.InviteAgent.Allows(user) ? null : Permission.InviteAgent.Refusal(user);

    /// <summary>Why this person may not revoke a certificate of that owner's agent, or null when she may.</summary>
    public static string? WhyNotRevoke(ClaimsPrincipal user, string? owner)
    {
        if (!Permission.RevokeCertificate.Allows(user))
            return Permission.RevokeCertificate.Refusal(user);
        if (!OwnOnly(user) || (owner is not null && owner == user.Identity?.Name))
            return null;
        return owner is null
            ? "This agent has no owner; an owner revokes her own agents' certificates only. An analyst or administrator may."
            : $"This agent belongs to {owner}; an owner revokes her own agents' certificates only. An analyst or administrator may.";
    }

    private static string Actor(ClaimsPrincipal user) => "user:" + user.Identity!.Name;

    internal static bool OwnOnly(ClaimsPrincipal user)
        => user.IsInRole(Roles.Owner) && !user.IsInRole(Roles.Analyst) && !user.IsInRole(Roles.Administrator);
}

/// <summary>Somebody tried what her role may not do; the message says who may.</summary>
public sealed class NotPermittedException(string message) : Exception(message);
