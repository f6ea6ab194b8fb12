using System.Security.Cryptography;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>A certificate as a file.</summary>
internal static class CertificateFiles
{
    public static string Href(string serial) => $"{CertificatesView.Path}/{Uri.EscapeDataString(serial)}/certificate.pem";

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(CertificatesView.Path + "/{serial}/certificate.pem", async (string serial, CertificateDetailQueries certificates, CancellationToken cancellationToken)
            => await certificates.FindAsync(serial.ToLowerInvariant(), cancellationToken) is { } c
                ? Results.File(System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", c.Der) + "\n"), "application/x-pem-file", $"{c.AgentName}-{c.Serial[..Math.Min(12, c.Serial.Length)]}.pem")
                : Results.NotFound())
            .RequireAuthorization();
}
