using A2AConsole.Core.Identity;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.Edge;

/// <summary>
/// Around every request: the certificate must still count, and whatever goes wrong is answered as a problem (RFC 9457), never
/// with a page or a stack trace.
/// </summary>
internal static class EdgeRequests
{
    /// <summary>Set to <c>now</c> on every answer to an agent that is to take a new key and certificate at once.</summary>
    public const string RenewHeader = "a2a-renew";

    public static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var peers = context.RequestServices.GetRequiredService<EdgePeers>();
        var peer = context.Features.Get<EdgePeer>() ?? throw new InvalidOperationException("A request came over a connection that was not judged.");
        if (peers.WhyNot(peer) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }
        if (peer.Standing.Agent.IsRotationDue)
            context.Response.Headers[RenewHeader] = "now";
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
                await WriteStatusAsync(context, context.Response.StatusCode);
        }
        catch (BadHttpRequestException e)
        {
            await WriteStatusAsync(context, e.StatusCode);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The client has gone: there is nobody to answer.
        }
        catch (Exception e)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("A2AConsole.Ingest.Edge").LogError(e, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            // A reply that has begun cannot be taken back; it must not look whole either.
            if (context.Response.HasStarted)
                context.Abort();
            else
                await WriteStatusAsync(context, StatusCodes.Status500InternalServerError);
        }
    }

    private static Task RefuseAsync(HttpContext context, LifeRefusal refusal)
    {
        var title = refusal.Code switch
        {
            CertificateLifecycle.Revoked => "The certificate was revoked",
            CertificateLifecycle.Expired => "The certificate has expired",
            CertificateLifecycle.Held => "The certificate is on hold",
            AgentLife.Suspended => "The agent is suspended",
            AgentLife.Retired => "The agent was retired",
            _ => "The agent is not in service",
        };
        // The connection stands on this certificate: it is of no further use.
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "refusal:" + refusal.Code, title, refusal.Detail, w => w.WriteString("code"u8, refusal.Code));
    }

    private static Task WriteStatusAsync(HttpContext context, int status)
    {
        var (type, title, detail) = status switch
        {
            400 => ("bad-request", "The request cannot be read", "Send a well-formed HTTP request."),
            404 => ("not-found", "There is nothing here", "The edge has POST /v1/events, GET /v1/whoami, /healthz and /ledger/."),
            405 => ("method-not-allowed", "This method is not possible here", "See the Allow header."),
            408 => ("too-slow", "The request came too slowly", "Send the body without pauses."),
            413 => ("request-too-large", "The request body is larger than the limit", "Send fewer events in one request."),
            415 => ("media-type-unsupported", "This content type is not taken here", "Send application/json or application/x-ndjson."),
            _ => ("failed", "The request failed", "Try again later."),
        };
        return Problems.WriteAsync(context, status, type, title, detail, w => w.WriteString("code"u8, type));
    }
}
