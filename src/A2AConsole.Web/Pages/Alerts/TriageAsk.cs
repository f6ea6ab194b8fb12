using A2AConsole.Core.Alerts;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>What is asked about before it is done.</summary>
public enum TriageAsk
{
    Assign,
    Close,
    Incident,
    Reopen,
    Note,
}

/// <summary>What came of a step on some alerts, and how to take it back.</summary>
/// <param name="Results">One for each alert.</param>
/// <param name="Undo">Takes it back; null when there is no way.</param>
/// <param name="Incident">The incident that came of it.</param>
public sealed record TriageOutcome(IReadOnlyList<TriageResult> Results, Func<Task<IReadOnlyList<TriageResult>>>? Undo, long? Incident = null);
