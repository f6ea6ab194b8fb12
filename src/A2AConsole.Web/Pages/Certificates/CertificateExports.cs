using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>The certificates list as a file: all that the URL's filter lets through.</summary>
internal static class CertificateExports
{
    private static readonly FileColumn<CertificateMark>[] Columns =
    [
        new("serial", m => m.Agent.CertificateSerial), new("zone", m => m.Zone), new("notBefore", m => m.Agent.CertificateNotBefore),
        new("notAfter", m => m.Agent.CertificateNotAfter), new("spiffeId", m => m.Agent.SpiffeId), new("organisation", m => m.Agent.Organisation),
        new("owner", m => m.Agent.Owner), new("tier", m => m.Agent.Tier), new("lastSeenAt", m => m.Agent.LastSeenAt), new("demo", m => m.Agent.IsDemo),
    ];

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(CertificatesView.Path + "/export.{format}", (string format, HttpContext context, CertificateQueries certificates, TimeProvider time)
            => TableFile.Of(certificates.ExportAsync(CertificatesView.Parse(context.Request.QueryString.Value).FilterFor(context.User.Identity?.Name)),
                Columns, format, "certificates", time.GetUtcNow()))
            .RequireAuthorization();
}
