using Microsoft.AspNetCore.Components;

namespace A2AConsole.Web.Shared;

/// <summary>
/// A page's state lives in its query string: read it with <c>[SupplyParameterFromQuery]</c>, change it with these. So every view
/// is a link, Back works, and no filter leaks from one page to another.
/// </summary>
public static class PageUrl
{
    /// <summary>This page's address with some parameters changed; null or empty takes one away.</summary>
    public static string With(this NavigationManager navigation, params (string Name, object? Value)[] changes)
        => navigation.WithPath(null, changes);

    /// <summary>Another path with this page's query, some parameters changed: opens or closes a side panel over a filtered list.</summary>
    public static string WithPath(this NavigationManager navigation, string? path, params (string Name, object? Value)[] changes)
    {
        var values = changes.ToDictionary(c => c.Name, c => c.Value is string { Length: 0 } ? null : c.Value, StringComparer.Ordinal);
        var address = new Uri(navigation.GetUriWithQueryParameters(values));
        return (path ?? address.AbsolutePath) + address.Query;
    }

    /// <summary>Changes this page's state. A changed filter replaces the entry in the history; an opened thing adds one.</summary>
    public static void Change(this NavigationManager navigation, params (string Name, object? Value)[] changes)
        => navigation.NavigateTo(navigation.With(changes), replace: true);
}
