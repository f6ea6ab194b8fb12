namespace A2AConsole.Web.Access;

/// <summary>The five roles; a person has exactly one.</summary>
public static class Roles
{
    public const string Analyst = "Analyst";
    public const string Owner = "Owner";
    public const string Manager = "Manager";
    public const string Auditor = "Auditor";
    public const string Administrator = "Administrator";

    /// <summary>Each role with what its holder comes for.</summary>
    public static IReadOnlyList<(string Name, string Purpose)> All { get; } =
    [
        (Analyst, "watches traffic, follows messages, contains agents"),
        (Owner, "looks after her agents and their certificates"),
        (Manager, "decides on high-risk actions"),
        (Auditor, "proves what happened, changes nothing"),
        (Administrator, "runs the console and its users"),
    ];

    /// <summary>Where a role lands after signing in.</summary>
    public static string LandingPage(string? role) => role switch
    {
        Owner => "/certificates?mine=1",
        Auditor => "/audit",
        Manager => "/approvals",
        Analyst => "/alerts",
        _ => "/",
    };
}
