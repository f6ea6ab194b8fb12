using System.Globalization;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>The quarantine list as a file: all that the URL's filter lets through, without the bytes.</summary>
internal static class QuarantineExports
{
    private static readonly FileColumn<QuarantineRow>[] Columns =
    [
        new("leaf", q => q.Id), new("recordedAt", q => q.RecordedAt), new("code", q => q.Code), new("agent", q => q.Agent), new("count", q => q.Count),
        new("size", q => q.Size), new("detail", q => q.Detail), new("messageId", q => q.MessageId), new("type", q => q.Type), new("digest", q => q.Digest),
        new("remoteAddress", q => q.RemoteAddress), new("demo", q => q.Demo),
        new("state", q => q.State), new("assignee", q => q.Assignee),
    ];

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(QuarantineView.Path + "/export.{format}",
            async (string format, HttpRequest request, System.Security.Claims.ClaimsPrincipal user, QuarantineQueries quarantine, AgentDetailQueries agents, TimeProvider time) =>
            {
                var view = QuarantineView.Parse(request.QueryString.Value, null);
                var filter = view.FilterAt(time.GetUtcNow(), await NumberAsync(view.Agent, agents), user.Identity?.Name);
                return TableFile.Of(quarantine.ExportAsync(filter), Columns, format, "quarantine", time.GetUtcNow());
            })
            .RequireAuthorization(Permission.ReadPayloadsPolicy);

    /// <summary>The number of the agent that a URL names by number or SPIFFE ID; -1, which no agent has, when there is no such agent.</summary>
    public static async Task<int?> NumberAsync(string? agent, AgentDetailQueries agents)
        => agent is null ? null
            : int.TryParse(agent, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : (await agents.FindAsync(agent))?.Number ?? -1;
}
