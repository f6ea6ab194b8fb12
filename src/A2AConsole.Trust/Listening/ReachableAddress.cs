using System.Net;

namespace A2AConsole.Trust.Listening;

/// <summary>The address that others reach a listener by: "all of this machine's addresses" is none to connect to.</summary>
public static class ReachableAddress
{
    /// <summary>
    /// <paramref name="url"/> as <c>scheme://host:port</c>; where its host means every address (<c>0.0.0.0</c>, <c>[::]</c>, <c>*</c>, <c>+</c>), the first
    /// of <paramref name="serverNames"/> stands for it, which the server's certificate has, or else localhost.
    /// </summary>
    public static string Of(string url, IEnumerable<string> serverNames)
    {
        if (!IsEvery(url))
            return url;
        var plain = new Uri(Plain(url));
        return new UriBuilder(plain) { Host = serverNames.FirstOrDefault() ?? "localhost" }.Uri.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>Whether it means every address of the machine.</summary>
    public static bool IsEvery(string url)
        => Plain(url) != url || Uri.TryCreate(url, UriKind.Absolute, out var address) && IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));

    private static string Plain(string url) => url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
}
