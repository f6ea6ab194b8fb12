namespace A2AConsole.E2E;

/// <summary>The console's pages.</summary>
internal static class ConsolePages
{
    public const string SomeAgent = "/agents/prod/finance/ap-payment";

    /// <summary>Every page that a signed-in person has, with its heading.</summary>
    public static IReadOnlyList<(string Path, string Heading)> All { get; } =
    [
        ("/", "Overview"),
        ("/alerts", "Alerts"),
        ("/alerts/suppressions", "Suppressions"),
        ("/incidents", "Incidents"),
        ("/events", "Events"),
        ("/agents", "Agents"),
        (SomeAgent, "ap-payment"),
        ("/certificates", "Certificates"),
        ("/certificates?mine=1", "My certificates"),
        ("/certificates/attention", "Needs attention"),
        ("/certificates/algorithms", "Algorithms"),
        ("/authority", "Authority"),
        ("/provenance", "Provenance"),
        ("/entries", "Entries"),
        ("/reviews", "Reviews"),
        ("/quarantine", "Quarantine"),
        ("/policies", "Policies"),
        ("/policies/grants", "Grants"),
        ("/policies/interactions", "Interactions"),
        ("/audit", "Audit"),
        ("/find?q=r", "Search"),
        ("/account/tokens", "Tokens"),
        ("/settings/users", "Users"),
    ];

    /// <summary>The same as theory data.</summary>
    public static TheoryData<string, string> Theory() => new(All.Select(p => (p.Path, p.Heading)));
}
