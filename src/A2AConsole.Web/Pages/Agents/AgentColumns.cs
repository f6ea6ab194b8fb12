using A2AConsole.Web.Shared.Tables;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>The columns of the agents list that can be shown or hidden; the name is always there.</summary>
internal static class AgentColumns
{
    public const string Table = "agents";

    public static readonly TableColumn SpiffeId = new("id", "SPIFFE ID", ByDefault: false);
    public static readonly TableColumn Environment = new("env", "Environment");
    public static readonly TableColumn Role = new("role", "Role", ByDefault: false);
    public static readonly TableColumn Organisation = new("org", "Organisation");
    public static readonly TableColumn Owner = new("owner", "Owner");
    public static readonly TableColumn State = new("state", "State");
    public static readonly TableColumn Tier = new("tier", "Risk tier");
    public static readonly TableColumn Certificate = new("cert", "Certificate");
    public static readonly TableColumn LastSeen = new("seen", "Last seen");
    public static readonly TableColumn Admitted = new("admitted", "Admitted", ByDefault: false);
    public static readonly TableColumn Refused = new("refused", "Refused");

    public static IReadOnlyList<TableColumn> All { get; } = [SpiffeId, Environment, Role, Organisation, Owner, State, Tier, Certificate, LastSeen, Admitted, Refused];
}
