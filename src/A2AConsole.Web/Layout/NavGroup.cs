using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Layout;

/// <summary>A page in the rail.</summary>
/// <param name="Name">Its one or two words.</param>
/// <param name="Href">Its address.</param>
/// <param name="Icon">Its icon's name.</param>
public sealed record NavPage(string Name, string Href, string Icon);

/// <summary>A group of the rail, named by what one does there.</summary>
public sealed record NavGroup(string Name, string Icon, params NavPage[] Pages)
{
    /// <summary>The four groups with the pages that exist.</summary>
    public static IReadOnlyList<NavGroup> All { get; } =
    [
        new("Watch", "watch", new("Overview", "/", "overview"), new("Alerts", "/alerts", "alert"), new("Incidents", "/incidents", "incident"), new("Events", "/events", "events")),
        new("Know", "know", new("Agents", "/agents", "agents"), new("Certificates", "/certificates", "certificate"), new("Provenance", "/provenance", "lineage"), new("Entries", "/entries", "entry"), new("Authority", "/authority", "authority")),
        new("Decide", "decide", new("Approvals", "/approvals", "approval"), new("Reviews", "/reviews", "review"), new("Quarantine", "/quarantine", "quarantine"), new("Policies", "/policies", "policy")),
        new("Prove", "prove", new NavPage("Audit", "/audit", "audit")),
    ];

    /// <summary>What waits on a page, or null where nothing can.</summary>
    public static (int Count, string What)? Waiting(NavPage page, QueueLengths? lengths) => lengths is null ? null : page.Href switch
    {
        "/alerts" => (lengths.Alerts, "new"),
        "/incidents" => (lengths.Incidents, "open"),
        "/approvals" => (lengths.Approvals, "waiting"),
        "/reviews" => (lengths.Reviews, "waiting"),
        "/quarantine" => (lengths.Quarantine, "waiting"),
        _ => null,
    };

    /// <summary>Whether a path (no query) lies on the page.</summary>
    public static bool IsOn(NavPage page, string path)
        => page.Href == "/" ? path == "/" : path == page.Href || path.StartsWith(page.Href + "/", StringComparison.Ordinal);
}
