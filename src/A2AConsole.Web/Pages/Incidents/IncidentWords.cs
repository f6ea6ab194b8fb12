using A2AConsole.Core.Alerts;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Incidents;

/// <summary>Incidents in words.</summary>
internal static class IncidentWords
{
    public static string State(IncidentRow row) => row switch
    {
        { State: IncidentState.Open } => "Open",
        { State: IncidentState.Contained } => "Contained",
        { MergedInto: not null } => "Merged",
        _ => "Closed",
    };
}
