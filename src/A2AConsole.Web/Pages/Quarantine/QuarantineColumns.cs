using A2AConsole.Web.Shared.Tables;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>The columns of the quarantine that can be shown or hidden; when and why are always there.</summary>
internal static class QuarantineColumns
{
    public const string Table = "quarantine";

    public static readonly TableColumn From = new("from", "From");
    public static readonly TableColumn State = new("state", "State");
    public static readonly TableColumn Type = new("type", "Type");
    public static readonly TableColumn Message = new("id", "Message id");
    public static readonly TableColumn Address = new("address", "Address", ByDefault: false);
    public static readonly TableColumn Count = new("count", "Count");
    public static readonly TableColumn Size = new("size", "Size");

    public static IReadOnlyList<TableColumn> All { get; } = [From, State, Type, Message, Address, Count, Size];
}
