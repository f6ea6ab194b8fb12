using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>The agents list as a file: all that the URL's filter lets through, whatever page is on the screen.</summary>
internal static class AgentExports
{
    private static readonly FileColumn<AgentRow>[] Columns =
    [
        new("spiffeId", a => a.SpiffeId), new("environment", a => a.Environment), new("role", a => a.Role), new("name", a => a.Name),
        new("organisation", a => a.Organisation), new("owner", a => a.Owner), new("state", a => a.State), new("tier", a => a.Tier),
        new("createdAt", a => a.CreatedAt), new("lastSeenAt", a => a.LastSeenAt), new("admitted", a => a.Admitted), new("refused", a => a.Refused),
        new("certificateSerial", a => a.CertificateSerial), new("certificateNotBefore", a => a.CertificateNotBefore),
        new("certificateNotAfter", a => a.CertificateNotAfter), new("demo", a => a.IsDemo),
    ];

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(AgentsView.Path + "/export.{format}", (string format, HttpRequest request, AgentQueries agents, TimeProvider time)
            => TableFile.Of(agents.ExportAsync(AgentsView.Parse(request.QueryString.Value).Request), Columns, format, "agents", time.GetUtcNow()))
            .RequireAuthorization();
}
