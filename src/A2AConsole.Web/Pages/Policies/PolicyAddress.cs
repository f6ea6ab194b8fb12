using System.Globalization;

namespace A2AConsole.Web.Pages.Policies;

/// <summary>Where the pages on policies are.</summary>
public static class PolicyAddress
{
    public const string Path = "/policies";
    public const string Grants = "/policies/grants";
    public const string Interactions = "/policies/interactions";

    /// <summary>One version; <paramref name="tab"/> is one of the page's.</summary>
    public static string Version(int id, string? tab = null, string? file = null)
    {
        var query = string.Join('&', new[] { tab is null ? null : "tab=" + Uri.EscapeDataString(tab), file is null ? null : "file=" + Uri.EscapeDataString(file) }.OfType<string>());
        return string.Create(CultureInfo.InvariantCulture, $"{Path}/{id}") + (query.Length == 0 ? "" : "?" + query);
    }
}
