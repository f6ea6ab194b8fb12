using A2AConsole.Web.Shared.Tables;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>The columns of the certificates list that can be shown or hidden; agent, standing and life are always there.</summary>
internal static class CertificateColumns
{
    public const string Table = "certificates";

    public static readonly TableColumn Environment = new("env", "Environment");
    public static readonly TableColumn Ends = new("ends", "Ends", ByDefault: false);
    public static readonly TableColumn Serial = new("serial", "Serial");
    public static readonly TableColumn Owner = new("owner", "Owner");
    public static readonly TableColumn Tier = new("tier", "Risk tier");
    public static readonly TableColumn LastSeen = new("seen", "Last seen", ByDefault: false);

    public static IReadOnlyList<TableColumn> All { get; } = [Environment, Ends, Serial, Owner, Tier, LastSeen];
}
