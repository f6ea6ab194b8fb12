using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>One scope that a revocation can be given, beginning with a certificate.</summary>
/// <param name="Scope">What it reaches.</param>
/// <param name="Target">The serial, SPIFFE ID, role, environment, organisation or key id.</param>
/// <param name="Name">The scope for people.</param>
/// <param name="Says">What that means.</param>
/// <param name="Confirm">What must be typed when it is wide.</param>
public sealed record RevocationTarget(RevocationScope Scope, string Target, string Name, string Says, string Confirm)
{
    /// <summary>Whether it reaches agents besides the one that one looked at.</summary>
    public bool IsWide => Scope is not (RevocationScope.Certificate or RevocationScope.Agent);

    /// <summary>The target as it is said in a sentence: a key id is too long for one.</summary>
    public string Label => Scope == RevocationScope.AuthorityKey ? Target[..12] + "…" : Target;

    /// <summary>Everything of one role, in all environments.</summary>
    public static RevocationTarget OfRole(string role) => new(RevocationScope.Role, role, "The role", $"every agent of {role}, in all environments", role);

    /// <summary>Everything of one environment.</summary>
    public static RevocationTarget OfEnvironment(string environment) => new(RevocationScope.Environment, environment, "The environment", $"every agent of {environment}", environment);

    /// <summary>Everything of one organisation.</summary>
    public static RevocationTarget OfOrganisation(string organisation) => new(RevocationScope.Organisation, organisation, "The organisation", $"every agent of {organisation}", organisation);

    /// <summary>Everything that one of the authority's keys signed.</summary>
    public static RevocationTarget OfKey(string keyId) => new(RevocationScope.AuthorityKey, keyId, "The authority's key", "everything that the key which signed this certificate ever signed", keyId[..12]);

    /// <summary>The scopes around a certificate, narrowest first.</summary>
    public static IReadOnlyList<RevocationTarget> Around(string serial, string spiffeId, string organisation, string issuerKeyId)
    {
        var id = SpiffeId.Parse(spiffeId);
        return
        [
            new(RevocationScope.Certificate, serial, "This certificate", "only", serial),
            new(RevocationScope.Agent, spiffeId, "The agent", $"every certificate of {id.Name}", id.Name),
            OfRole(id.Role),
            OfEnvironment(id.Environment),
            OfOrganisation(organisation),
            OfKey(issuerKeyId),
        ];
    }
}
