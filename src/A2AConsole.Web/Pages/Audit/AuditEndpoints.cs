using A2AConsole.Trust;

namespace A2AConsole.Web.Pages.Audit;

/// <summary>What an auditor saves once, to check everything later without us.</summary>
internal static class AuditEndpoints
{
    public static void MapAuditFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit/bundle.pem", (ITrustDomain domain) => TypedResults.Text(domain.BundlePem, "application/x-pem-file"));
        routes.MapGet("/audit/ledger.vkey", (ITrustDomain domain) => TypedResults.Text(domain.LedgerSigner.VerifierKey + "\n", "text/plain"));
    }
}
