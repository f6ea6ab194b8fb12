namespace A2AConsole.Web.Pages.Provenance;

/// <summary>The drawing as a file.</summary>
internal static class ProvenanceEndpoints
{
    public static void MapProvenanceFiles(this IEndpointRouteBuilder routes)
        => routes.MapGet("/provenance-files/{id}.svg", async (string id, HttpContext context, ProvenanceReader reader, CancellationToken cancellationToken) =>
        {
            var view = ProvenanceView.Parse(id, context.Request.QueryString.Value);
            var model = await reader.ReadAsync(view, cancellationToken);
            return model.Drawing is null ? Results.NotFound()
                : Results.File(System.Text.Encoding.UTF8.GetBytes(ProvenanceSvg.OfFile(model, view, ProvenanceWords.Says(model, view.Direction))), "image/svg+xml", $"provenance-{model.Start!.Leaf}.svg");
        });
}
