using System.Globalization;
using A2AConsole.Data.Ledger;
using A2AConsole.Trust.Revoking;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Org.BouncyCastle.Ocsp;

namespace A2AConsole.Trust.Listening;

/// <summary>Revocation lists (<c>/crl/{key id}/{shard}.crl</c>, RFC 5280) and OCSP (<c>/ocsp</c> by GET and POST, RFC 6960 appendix A).</summary>
internal sealed class StatusEndpoints(RevocationLists lists, OcspResponder responder, TimeProvider time)
{
    private const string OcspRequest = "application/ocsp-request", OcspResponse = "application/ocsp-response", CrlType = "application/pkix-crl";
    private const string DeltaSuffix = "-delta";
    private const int MaxOcspRequest = 8 * 1024;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/crl/{key}/{name}.crl", (RequestDelegate)ListAsync);
        endpoints.MapPost("/ocsp", (RequestDelegate)PostAsync);
        endpoints.MapGet("/ocsp/{**request}", (RequestDelegate)GetAsync);
    }

    private async Task ListAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        var delta = name.EndsWith(DeltaSuffix, StringComparison.Ordinal);
        if (delta)
            name = name[..^DeltaSuffix.Length];
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var shard) || lists.Get((string)context.GetRouteValue("key")!, shard, delta) is not { } der)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        // No longer than until the next one is made; a delta is worth nothing when it is old.
        context.Response.Headers.CacheControl = delta ? "no-cache" : "max-age=60";
        context.Response.ContentType = CrlType;
        context.Response.ContentLength = der.Length;
        await context.Response.Body.WriteAsync(der, context.RequestAborted);
    }

    private async Task PostAsync(HttpContext context)
    {
        if (context.Request.ContentType != OcspRequest)
        {
            await Problem.WriteAsync(context, new AuthorityRefusal("media-type-unsupported", StatusCodes.Status415UnsupportedMediaType, $"Send the request as {OcspRequest}."));
            return;
        }
        using var body = new MemoryStream();
        var buffer = new byte[MaxOcspRequest + 1];
        while (body.Length <= MaxOcspRequest && await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
            await body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
        await AnswerAsync(context, body.Length > MaxOcspRequest ? [] : body.ToArray());
    }

    private async Task GetAsync(HttpContext context)
    {
        // Base64 may hold a slash, escaped or not: only the raw target tells where the request begins.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var text = target[(target.IndexOf("/ocsp/", StringComparison.Ordinal) + "/ocsp/".Length)..];
        byte[] request;
        try
        {
            request = text.Length > 2 * MaxOcspRequest ? [] : Convert.FromBase64String(Uri.UnescapeDataString(text));
        }
        catch (FormatException)
        {
            request = [];
        }
        await AnswerAsync(context, request);
    }

    private async Task AnswerAsync(HttpContext context, byte[] request)
    {
        OcspAnswer answer;
        try
        {
            answer = await responder.AnswerAsync(request, context.RequestAborted);
        }
        catch (Exception e) when (e is LedgerUnavailableException or TrustStartupException)
        {
            answer = new(new OCSPRespGenerator().Generate(OcspRespStatus.TryLater, null).GetEncoded(), null, null);
        }
        var headers = context.Response.Headers;
        if (answer is { At: { } at, Until: { } until })
        {
            // RFC 5019 §6.2, but never longer than a revocation may stay unseen.
            headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"max-age={(int)Math.Max(0, Math.Min(10, (until - time.GetUtcNow()).TotalSeconds))}, public, no-transform, must-revalidate");
            headers.LastModified = at.ToString("r", CultureInfo.InvariantCulture);
            headers.Expires = until.ToString("r", CultureInfo.InvariantCulture);
        }
        else
        {
            headers.CacheControl = "no-store";
        }
        context.Response.ContentType = OcspResponse;
        context.Response.ContentLength = answer.Der.Length;
        await context.Response.Body.WriteAsync(answer.Der, context.RequestAborted);
    }
}
