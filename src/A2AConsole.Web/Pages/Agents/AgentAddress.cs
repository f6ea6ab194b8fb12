using System.Globalization;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>What follows <c>/agents/</c>: environment/role/name (as our own links say it), a number, or a SPIFFE ID (escaped or not).</summary>
public static class AgentAddress
{
    /// <summary>Finds the agent that an address means, or null.</summary>
    public static async Task<AgentRow?> FindAsync(string? address, string trustDomain, AgentDetailQueries agents)
    {
        if (string.IsNullOrEmpty(address))
            return null;
        if (int.TryParse(address, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return await agents.FindAsync(number);
        return SpiffeIdOf(address, trustDomain) is { } id ? await agents.FindAsync(id.Text) : null;
    }

    internal static SpiffeId? SpiffeIdOf(string address, string trustDomain)
    {
        var text = Uri.UnescapeDataString(address);
        // A server or proxy on the way may have merged the two slashes.
        if (text.StartsWith("spiffe:/", StringComparison.Ordinal) && !text.StartsWith("spiffe://", StringComparison.Ordinal))
            text = "spiffe://" + text["spiffe:/".Length..];
        if (!text.StartsWith("spiffe:", StringComparison.Ordinal) && text.Split('/') is [var environment, var role, var name])
            text = $"spiffe://{trustDomain}/env/{environment}/role/{role}/agent/{name}";
        return SpiffeId.TryParse(text, out var id, out _) ? id : null;
    }
}
