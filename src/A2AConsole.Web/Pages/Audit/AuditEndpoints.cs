using A2AConsole.Trust;

namespace A2AConsole.Web.Pages.Audit;

/// <summary>What an auditor takes along.</summary>
internal static class AuditEndpoints
{
    public static void MapAuditFiles(this IEndpointRouteBuilder routes)
        => routes.MapGet("/audit/bundle.pem", (ITrustDomain domain) => Results.File(System.Text.Encoding.UTF8.GetBytes(domain.BundlePem), "application/x-pem-file", "bundle.pem"));
}
