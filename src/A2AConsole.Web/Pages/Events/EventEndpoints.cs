using System.Globalization;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Web.Access;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Events;

/// <summary>Files of the Events page: exports, evidence, receipts.</summary>
internal static class EventEndpoints
{
    public static void MapEventFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/events/export.csv", (HttpContext context, ILedgerReader reader, TimeProvider time) => ExportAsync(context, reader, time, "csv")).RequireAuthorization(Permission.ReadPayloadsPolicy);
        routes.MapGet("/events/export.json", (HttpContext context, ILedgerReader reader, TimeProvider time) => ExportAsync(context, reader, time, "json")).RequireAuthorization(Permission.ReadPayloadsPolicy);
        routes.MapGet("/events/{leaf:long}/evidence", EvidenceAsync).RequireAuthorization(Permission.ReadPayloadsPolicy);
        routes.MapGet("/events/{leaf:long}/proof", ProofAsync);
    }

    private static async Task ExportAsync(HttpContext context, ILedgerReader reader, TimeProvider time, string format)
    {
        var q = context.Request.Query;
        var filter = EventsQuery.Of(q["range"], q["agent"], q["type"], q["verdict"], q["code"], q["q"], q["records"]).Filter(time.GetUtcNow());
        var name = string.Create(CultureInfo.InvariantCulture, $"events-{time.GetUtcNow():yyyyMMdd-HHmmss}.{format}");
        context.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/json";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        var before = long.TryParse(q["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var leaf) ? leaf : (long?)null;
        var rows = EventExport.RowsAsync(reader, filter, before, context.RequestAborted);
        // A moving range is nailed down, so that the rest is the rest of this list.
        var (from, to) = (filter.From, filter.To ?? time.GetUtcNow());
        string Rest(long goOn) => QueryHelpers.AddQueryString(context.Request.Path, q.Where(p => p.Key is not ("before" or "range")).Select(p => KeyValuePair.Create(p.Key, (string?)p.Value.ToString()))
            .Append(new("range", from is { } start ? TimeRange.Between(start, to).Text : q["range"].ToString())).Append(new("before", goOn.ToString(CultureInfo.InvariantCulture))));
        await (format == "csv"
            ? EventExport.WriteCsvAsync(context.Response.Body, rows, Rest, context.RequestAborted)
            : EventExport.WriteJsonAsync(context.Response.Body, rows, Rest, context.RequestAborted));
    }

    private static async Task<IResult> EvidenceAsync(long leaf, EventDossierReader reader, CancellationToken cancellationToken)
        => await reader.ReadAsync(leaf, cancellationToken) is { } dossier && await reader.EvidenceAsync(dossier, cancellationToken) is { } bytes
            ? Results.File(bytes, Evidence.MediaType, $"event-{leaf}{Evidence.FileExtension}")
            : Results.NotFound();

    private static async Task<IResult> ProofAsync(long leaf, EventDossierReader reader, CancellationToken cancellationToken)
    {
        if (await reader.ReadAsync(leaf, cancellationToken) is not { } dossier)
            return Results.NotFound();
        var receipt = await reader.ProveAsync(dossier, cancellationToken);
        return Results.File(System.Text.Encoding.UTF8.GetBytes(receipt.Proof.Format()), TlogProof.MediaType, $"leaf-{leaf}.tlog-proof");
    }
}
