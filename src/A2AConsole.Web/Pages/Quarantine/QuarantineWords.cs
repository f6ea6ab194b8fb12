using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>The work in quarantine in words.</summary>
internal static class QuarantineWords
{
    /// <summary>Where it stands, and with whom.</summary>
    public static string State(QuarantineRow row) => row.State switch
    {
        QuarantineState.Released => "Released",
        QuarantineState.Rejected => "Rejected",
        QuarantineState.Escalated => row.Assignee is null ? "Escalated" : $"Escalated, {row.Assignee}",
        _ => row.Assignee is null ? "Waits" : $"With {row.Assignee}",
    };

    /// <summary>What the panel calls the work.</summary>
    public static string Heading(QuarantineRow row) => row.State switch
    {
        QuarantineState.Released => "Released",
        QuarantineState.Rejected => "Rejected: nothing of it took effect",
        QuarantineState.Escalated => "Escalated: a manager decides",
        _ => row.Assignee is null ? "Nobody has decided" : $"{row.Assignee} works on it",
    };

    /// <summary>A step.</summary>
    public static string Of(QuarantineMove move) => move switch
    {
        QuarantineMove.Noted => "Note",
        QuarantineMove.Assigned => "Assigned",
        QuarantineMove.Unassigned => "Given back",
        QuarantineMove.Escalated => "Escalated",
        QuarantineMove.ReleaseRefused => "Release refused",
        QuarantineMove.Released => "Released",
        QuarantineMove.Rejected => "Rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(move), move, null),
    };
}
