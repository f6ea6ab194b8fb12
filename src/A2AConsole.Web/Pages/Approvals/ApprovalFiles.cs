using System.Globalization;
using A2AConsole.Core.Approvals;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;

namespace A2AConsole.Web.Pages.Approvals;

/// <summary>What of approvals can be taken away: the signed proof of one decision.</summary>
internal static class ApprovalFiles
{
    public static void MapApprovalFiles(this WebApplication app)
        => app.MapGet("/approvals/{id:int}/votes/{vote:int}/proof", async (int id, int vote, ApprovalQueries approvals, CancellationToken cancellationToken) =>
        {
            if (await approvals.FindAsync(id, cancellationToken) is not var (found, _) || found.Votes.FirstOrDefault(v => v.Id == vote) is not { Assertion: { } assertion } said)
                return Results.NotFound();
            return Results.File(ApprovalProof.Write(said.Record, assertion, said.Leaf), "application/json", string.Create(CultureInfo.InvariantCulture, $"approval-{id}-{vote}.json"));
        }).RequireAuthorization(Permission.ReadPayloadsPolicy);
}
