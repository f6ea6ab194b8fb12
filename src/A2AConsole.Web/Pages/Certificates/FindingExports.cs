using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>The findings as a file: all that the URL's filter lets through.</summary>
internal static class FindingExports
{
    private static readonly FileColumn<FindingRow>[] Columns =
    [
        new("leaf", f => f.Id), new("kind", f => f.Kind), new("severity", f => FindingSeverities.Of(f.Kind)), new("subject", f => f.Subject), new("agent", f => f.Agent), new("owner", f => f.Owner), new("detail", f => f.Detail),
        new("measured", f => f.Measured), new("reference", f => f.Reference), new("firstSeenAt", f => f.FirstSeenAt), new("lastSeenAt", f => f.LastSeenAt), new("count", f => f.Count),
        new("closedAt", f => f.ClosedAt), new("closedBy", f => f.ClosedBy), new("closedReason", f => f.ClosedReason),
    ];

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(AttentionView.Path + "/export.{format}", (string format, HttpContext context, FindingQueries findings, TimeProvider time)
            => TableFile.Of(findings.ExportAsync(AttentionView.Parse(context.Request.QueryString.Value, null).FilterFor(context.User.Identity?.Name)), Columns, format, "findings", time.GetUtcNow()))
            .RequireAuthorization();
}
