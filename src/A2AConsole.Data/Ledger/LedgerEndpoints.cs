using System.Buffers;
using System.Globalization;
using A2AConsole.Core.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace A2AConsole.Data.Ledger;

/// <summary>
/// The ledger over HTTP, in the same paths for agents (edge) and for people (console): C2SP tlog-tiles, inclusion proofs as C2SP
/// tlog-proof, consistency proofs, leaves. Errors are problem+json. Who may read is the host's matter.
/// </summary>
public static class LedgerEndpoints
{
    private const string Text = "text/plain; charset=utf-8";
    private const string Octets = "application/octet-stream";
    // A complete tile, a leaf, a proof between two sizes: the same for ever.
    private const string Immutable = "private, max-age=31536000, immutable";
    private const string Fresh = "no-cache";

    /// <summary>Maps everything below <c>/ledger</c>; the group is returned so that the host can say who may read.</summary>
    public static RouteGroupBuilder MapLedger(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/ledger");
        group.MapGet("/checkpoint", GetCheckpoint);
        group.MapGet("/tile/{**path}", GetTileAsync);
        group.MapGet("/proof/{index:long}", GetProofAsync);
        group.MapGet("/consistency", GetConsistencyAsync);
        group.MapGet("/leaf/{index:long}", GetLeafAsync);
        return group;
    }

    private static IResult GetCheckpoint(HttpContext http, ILedger ledger) => Cached(http, Fresh, Results.Text(ledger.Head.Checkpoint, Text));

    private static async Task<IResult> GetTileAsync(HttpContext http, string path, ILedger ledger, ILedgerReader reader, CancellationToken cancellationToken)
    {
        if (!TilePath.TryParse("tile/" + path, out var error, out var tile))
            return Problem(StatusCodes.Status400BadRequest, "tile-path-malformed", error);
        var bytes = tile.IsEntries
            ? await EntriesAsync(tile, ledger, reader, cancellationToken)
            : await reader.TileAsync(tile.Level, tile.Index, tile.Width, cancellationToken);
        return bytes is null
            ? Problem(StatusCodes.Status404NotFound, "tile-not-there", $"The ledger of {ledger.Head.Size} leaves does not have this tile at this width.")
            : Cached(http, Immutable, Results.Bytes(bytes, Octets));
    }

    private static async Task<byte[]?> EntriesAsync(TilePath tile, ILedger ledger, ILedgerReader reader, CancellationToken cancellationToken)
    {
        if (TilePath.WidthAt(0, tile.Index, ledger.Head.Size) < tile.Width)
            return null;
        var bundle = new ArrayBufferWriter<byte>();
        foreach (var leaf in await reader.LeavesAsync(tile.Index * TilePath.FullWidth, tile.Width, cancellationToken))
            EntryBundle.Append(bundle, leaf);
        return bundle.WrittenSpan.ToArray();
    }

    private static async Task<IResult> GetProofAsync(HttpContext http, long index, long? size, ILedger ledger, ILedgerReader reader, CancellationToken cancellationToken)
    {
        var head = ledger.Head.Size;
        var at = size ?? head;
        if (index < 0 || at < 1 || at > head || index >= at)
            return OutOfRange(index < 0 || index >= head ? $"leaf {index}" : $"leaf {index} at size {at}", head);
        var leaf = await reader.LeafAsync(index, cancellationToken);
        var proof = new TlogProof(index, await reader.InclusionAsync(index, at, cancellationToken), await reader.CheckpointAsync(at, cancellationToken), leaf);
        return Cached(http, size is null ? Fresh : Immutable, Results.Text(proof.Format(), TlogProof.MediaType));
    }

    private static async Task<IResult> GetConsistencyAsync(HttpContext http, long from, long? to, ILedger ledger, ILedgerReader reader, CancellationToken cancellationToken)
    {
        var head = ledger.Head.Size;
        var at = to ?? head;
        if (from < 0 || from > at || at > head)
            return OutOfRange(string.Create(CultureInfo.InvariantCulture, $"a proof from {from} to {at}"), head);
        var proof = await reader.ConsistencyAsync(from, at, cancellationToken);
        var answer = new
        {
            from,
            to = at,
            proof = proof.Select(hash => Convert.ToBase64String(hash)),
            checkpoint = await reader.CheckpointAsync(at, cancellationToken),
        };
        return Cached(http, to is null ? Fresh : Immutable, Results.Json(answer));
    }

    private static async Task<IResult> GetLeafAsync(HttpContext http, long index, ILedger ledger, ILedgerReader reader, CancellationToken cancellationToken)
        => await reader.LeafAsync(index, cancellationToken) is { } leaf
            ? Cached(http, Immutable, Results.Bytes(leaf, "application/json"))
            : OutOfRange($"leaf {index}", ledger.Head.Size);

    private static IResult Cached(HttpContext http, string cacheControl, IResult result)
    {
        http.Response.Headers.CacheControl = cacheControl;
        return result;
    }

    private static IResult OutOfRange(string what, long head)
        => Problem(StatusCodes.Status404NotFound, "not-in-the-ledger", $"The ledger of {head} leaves does not have {what}.");

    private static IResult Problem(int status, string code, string detail)
        => Results.Problem(detail, statusCode: status, title: "The ledger cannot answer this", type: "urn:a2aconsole:ledger:" + code,
            extensions: new Dictionary<string, object?> { ["code"] = code });
}
