namespace A2AConsole.Web.Pages.Incidents;

/// <summary>What is asked about an incident before it is done.</summary>
public enum IncidentAsk
{
    Assign,
    Severity,
    Contain,
    LetGo,
    Merge,
    Split,
    Remove,
    Close,
    Reopen,
}
