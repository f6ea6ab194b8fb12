using A2AConsole.Data.Queries;
using A2AConsole.Trust;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Audit;

/// <summary>What an auditor takes along.</summary>
internal static class AuditEndpoints
{
    private static readonly FileColumn<RecordLeaf>[] Columns =
    [
        new("leaf", r => r.Index), new("at", r => r.Leaf.At), new("kind", r => r.Leaf.Kind), new("verdict", r => r.Leaf.Verdict), new("code", r => r.Leaf.Code),
        new("actor", r => r.Leaf.Actor), new("subject", r => r.Leaf.Subject), new("detail", r => r.Leaf.Detail), new("certificate", r => r.Leaf.Certificate),
        new("digest", r => r.Leaf.Digest), new("count", r => r.Leaf.Count), new("demo", r => r.Leaf.Demo),
    ];

    public static void MapAuditFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit/bundle.pem", (ITrustDomain domain) => Results.File(System.Text.Encoding.UTF8.GetBytes(domain.BundlePem), "application/x-pem-file", "bundle.pem"));
        routes.MapGet("/audit/records/export.{format}", (string format, HttpRequest request, RecordQueries records, TimeProvider time, CancellationToken aborted) =>
        {
            var q = request.Query;
            var filter = RecordsView.Of(q["kind"], q["actor"], q["q"], q["range"], null).FilterAt(time.GetUtcNow());
            return TableFile.Of(records.ExportAsync(filter, aborted), Columns, format, "records", time.GetUtcNow());
        }).RequireAuthorization();
    }
}
