using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Incidents;

/// <summary>The incidents as a file: all that the URL's filter lets through.</summary>
internal static class IncidentExports
{
    private static readonly FileColumn<IncidentRow>[] Columns =
    [
        new("leaf", i => i.Id), new("createdAt", i => i.CreatedAt), new("title", i => i.Title), new("severity", i => i.Severity), new("state", i => i.State), new("owner", i => i.Owner), new("createdBy", i => i.CreatedBy),
        new("closedAt", i => i.ClosedAt), new("alerts", i => i.Alerts), new("agents", i => i.Agents), new("tasks", i => i.Tasks), new("tasksOpen", i => i.TasksOpen), new("mergedInto", i => i.MergedInto), new("demo", i => i.Demo),
    ];

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(IncidentsView.Path + "/export.{format}", (string format, HttpRequest request, System.Security.Claims.ClaimsPrincipal user, IncidentQueries incidents, TimeProvider time)
            => TableFile.Of(incidents.ExportAsync(IncidentsView.Parse(request.QueryString.Value).FilterAt(time.GetUtcNow(), user.Identity?.Name)), Columns, format, "incidents", time.GetUtcNow()));
}
