using System.Globalization;
using A2AConsole.Core.Inventory;
using A2AConsole.Trust.Algorithms;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>The cryptography bill of materials (CycloneDX 1.6 JSON) as a download: no secrets are in it, so whoever may sign in may have it.</summary>
internal static class CbomEndpoint
{
    public const string Path = CertificatesView.Path + "/cbom.json";

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet(Path, async (InventoryReader reader, HttpContext context) =>
        {
            var inventory = await reader.ReadAsync(context.RequestAborted);
            var file = $"cbom-{inventory.At.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}Z.json";
            return Results.File(Cbom.Write(inventory, Guid.NewGuid()), "application/vnd.cyclonedx+json; version=1.6", file);
        }).RequireAuthorization();
}
