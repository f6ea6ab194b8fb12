using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>Revocations as the screen says them.</summary>
public static class RevocationWords
{
    public static string Of(RevocationScope scope) => scope switch
    {
        RevocationScope.Certificate => "Certificate",
        RevocationScope.Agent => "Agent",
        RevocationScope.Role => "Role",
        RevocationScope.Environment => "Environment",
        RevocationScope.Organisation => "Organisation",
        RevocationScope.AuthorityKey => "Authority's key",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, null),
    };

    public static string Of(RevocationReason reason) => reason switch
    {
        RevocationReason.Unspecified => "Another reason",
        RevocationReason.KeyCompromise => "Key stolen, or may have been",
        RevocationReason.CaCompromise => "Authority's key stolen",
        RevocationReason.AffiliationChanged => "Belongs elsewhere now",
        RevocationReason.Superseded => "Replaced",
        RevocationReason.CessationOfOperation => "Out of service",
        RevocationReason.CertificateHold => "Held back",
        RevocationReason.PrivilegeWithdrawn => "May no longer act in this role",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    /// <summary>The standard's name (RFC 5280 §5.3.1).</summary>
    public static string Code(RevocationReason reason)
    {
        var name = reason.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
