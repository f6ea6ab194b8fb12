using A2AConsole.Core.Schemas;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>The alerts as a file: all that the URL's filter lets through.</summary>
internal static class AlertExports
{
    private static readonly FileColumn<AlertRow>[] Columns =
    [
        new("leaf", a => a.Id), new("raisedAt", a => a.RaisedAt), new("severity", a => a.Severity), new("kind", a => a.Kind), new("group", a => a.Group), new("agent", a => a.AgentId), new("cause", a => a.Cause), new("sentence", a => a.Sentence),
        new("score", a => a.Score), new("rank", a => a.Rank), new("count", a => a.Count), new("firstSeenAt", a => a.FirstSeenAt), new("lastSeenAt", a => a.LastSeenAt),
        new("money", a => a.Currency is null ? null : (decimal)a.Money / EventMoney.Unit), new("currency", a => a.Currency), new("state", a => a.State), new("verdict", a => a.Verdict), new("assignee", a => a.Assignee),
        new("incident", a => a.IncidentId), new("demo", a => a.Demo),
    ];

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(AlertsView.Path + "/export.{format}", async (string format, HttpRequest request, System.Security.Claims.ClaimsPrincipal user, AlertQueries alerts, VisitStore visits, TimeProvider time) =>
        {
            var view = AlertsView.Parse(request.QueryString.Value, null);
            var shift = view.SinceShift && user.Identity?.Name is { } name ? await visits.SeenAsync(name) : null;
            return TableFile.Of(alerts.ExportAsync(view.FilterAt(time.GetUtcNow(), user.Identity?.Name, shift)), Columns, format, "alerts", time.GetUtcNow());
        });
}
