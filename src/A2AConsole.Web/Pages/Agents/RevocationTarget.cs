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

    /// <summary>The scopes around a certificate, narrowest first.</summary>
    public static IReadOnlyList<RevocationTarget> Around(string serial, string spiffeId, string organisation, string issuerKeyId)
    {
        var id = SpiffeId.Parse(spiffeId);
        return
        [
            new(RevocationScope.Certificate, serial, "This certificate", "only", serial),
            new(RevocationScope.Agent, spiffeId, "The agent", $"every certificate of {id.Name}", id.Name),
            new(RevocationScope.Role, id.Role, "The role", $"every agent of {id.Role}, in all environments", id.Role),
            new(RevocationScope.Environment, id.Environment, "The environment", $"every agent of {id.Environment}", id.Environment),
            new(RevocationScope.Organisation, organisation, "The organisation", $"every agent of {organisation}", organisation),
            new(RevocationScope.AuthorityKey, issuerKeyId, "The authority's key", "everything that the key which signed this certificate ever signed", issuerKeyId[..12]),
        ];
    }
}
