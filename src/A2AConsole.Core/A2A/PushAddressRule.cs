using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace A2AConsole.Core.A2A;

/// <summary>
/// Which addresses somebody may be asked to call on another's behalf (against server-side request forgery). Whatever is not plainly the
/// public internet is not.
/// </summary>
public static class PushAddressRule
{
    // IANA's special-purpose registries (RFC 6890 and after): not globally reachable, or a way to smuggle an address in another.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether an address is of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        const int version6 = 16;
        return (address.GetAddressBytes().Length != version6 || GlobalUnicast.Contains(address)) && !NotPublic.Any(n => n.Contains(address));
    }

    /// <summary>Reads an address to notify; <paramref name="host"/> is its host, <paramref name="wrong"/> what is wrong with it.</summary>
    /// <param name="url">The address.</param>
    /// <param name="hosts">Hosts that are listed: a name, or <c>.example.com</c> for every name below it.</param>
    /// <param name="host">The host.</param>
    /// <param name="wrong">What is wrong.</param>
    public static bool TryRead(string url, IEnumerable<string> hosts, out string host, [NotNullWhen(false)] out string? wrong)
    {
        host = "";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\'))
            wrong = "The address to notify must be https://host/path.";
        else if (uri.UserInfo.Length > 0 || !uri.IsDefaultPort || uri.Fragment.Length > 0)
            wrong = "The address to notify must have no user, no port and no fragment.";
        else if (uri.HostNameType != UriHostNameType.Dns)
            wrong = "The address to notify must name its host; a number is not taken.";
        else if (!hosts.Any(h => h.StartsWith('.') ? uri.IdnHost.EndsWith(h, StringComparison.OrdinalIgnoreCase) && uri.IdnHost.Length > h.Length : string.Equals(h, uri.IdnHost, StringComparison.OrdinalIgnoreCase)))
            wrong = "The host of the address to notify is not one that this site lists.";
        else
            wrong = null;
        host = wrong is null ? uri!.IdnHost : "";
        return wrong is null;
    }
}
