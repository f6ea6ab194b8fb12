using A2AConsole.Web.Shared.Tables;

namespace A2AConsole.Web.Pages.Events;

/// <summary>The columns of the events list that can be shown or hidden; when, verdict, agent and type are always there.</summary>
internal static class EventsTable
{
    public const string Name = "events";

    public static readonly TableColumn To = new("to", "To");
    public static readonly TableColumn Subject = new("subject", "About", ByDefault: false);
    public static readonly TableColumn MessageId = new("id", "Message id");
    public static readonly TableColumn Digest = new("digest", "Digest", ByDefault: false);
    public static readonly TableColumn Leaf = new("leaf", "Leaf");

    public static IReadOnlyList<TableColumn> Columns { get; } = [To, Subject, MessageId, Digest, Leaf];
}
