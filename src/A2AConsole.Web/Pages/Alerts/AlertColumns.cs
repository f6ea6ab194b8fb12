using A2AConsole.Web.Shared.Tables;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>The columns of the alerts that can be shown or hidden; severity and what is unusual are always there.</summary>
internal static class AlertColumns
{
    public const string Table = "alerts";

    public static readonly TableColumn Agent = new("agent", "Agent");
    public static readonly TableColumn Count = new("count", "Events");
    public static readonly TableColumn First = new("first", "First seen", ByDefault: false);
    public static readonly TableColumn Last = new("last", "Last seen");
    public static readonly TableColumn Money = new("money", "Money");
    public static readonly TableColumn Who = new("who", "With");
    public static readonly TableColumn State = new("state", "State");
    public static readonly TableColumn Rank = new("rank", "Likely true", ByDefault: false);

    public static IReadOnlyList<TableColumn> All { get; } = [Agent, Count, First, Last, Money, Who, State, Rank];
}
