using System.Diagnostics;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Data.Ledger;
using A2AConsole.Ingest.Deciding;
using A2AConsole.Ingest.Edge;
using A2AConsole.Trust.Algorithms;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace A2AConsole.Ingest.Events;

/// <summary>
/// <c>POST /v1/events</c>: one envelope, an array or lines of them, or a signed batch. Reads, checks on all cores, queues for the
/// ledger, has decided what would change something, and answers when all of it is durable. A client that hangs up before its answer cannot know whether its events were
/// committed; it sends them again under their idempotency keys.
/// </summary>
internal sealed class EventsEndpoint(
    ILedger ledger, EventChecks checks, EventDecisions decisions, AlgorithmUsage usage, AlgorithmPolicySource algorithms, IngestOptions options, IngestMetrics metrics, TimeProvider time)
{
    private const string Full = "The edge holds as many requests as it can; nothing of this one was taken. Send the same bytes again.";

    // What a body of unstated length is assumed to hold when it begins.
    private const int UnstatedLength = 64 * 1024;

    private readonly BytesInFlight _inFlight = new(options.MaxBytesInFlight);

    public async Task HandleAsync(HttpContext context)
    {
        if (MediaOf(context.Request) is not { } media)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        var length = context.Request.ContentLength;
        // Said before a byte of the body is read; the server would only notice at the first read.
        if (length > options.MaxRequestBytes)
            throw new BadHttpRequestException("The body is larger than the limit.", StatusCodes.Status413PayloadTooLarge);
        if (!_inFlight.TryEnter(length ?? UnstatedLength, out var room))
        {
            await OverloadedAsync(context, Full);
            return;
        }
        using (room)
        {
            using var body = await RequestBody.ReadAsync(context.Request.BodyReader, length, options.MaxRequestBytes, room, context.RequestAborted);
            if (body is null)
                await OverloadedAsync(context, Full);
            else
                await AdmitAsync(context, media, body);
        }
    }

    private enum Media { Json, Lines }

    private static Media? MediaOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || request.Headers.ContentEncoding.Count > 0)
            return null;
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return Media.Json;
        return type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase) ? Media.Lines : null;
    }

    private async Task AdmitAsync(HttpContext context, Media media, RequestBody body)
    {
        var started = Stopwatch.GetTimestamp();
        var items = media == Media.Lines
            ? RequestItems.OfLines(body.Bytes, options.MaxEventsPerRequest)
            : RequestItems.OfJson(body.Bytes, options.MaxEventsPerRequest);
        if (items.Items.Count > options.MaxEventsPerRequest)
        {
            await Problems.WriteAsync(context, 413, "too-many-events", "The request holds too many events",
                $"At most {options.MaxEventsPerRequest} events are taken in one request.", w => w.WriteString("code"u8, "too-many-events"));
            return;
        }
        if (items.Items.Count == 0)
        {
            await Problems.WriteAsync(context, 400, "no-events", "The request holds no event", "Send at least one envelope.", w => w.WriteString("code"u8, "no-events"));
            return;
        }

        var peer = context.Features.GetRequiredFeature<EdgePeer>();
        var now = time.GetUtcNow();
        var request = await checks.RunAsync(peer, items, now);
        usage.Note(peer.UsageMark, peer.AgentNumber, peer.Svid, request.Signed);
        metrics.Verified(Stopwatch.GetElapsedTime(started));
        // The newest event was written last: its time says most of the agent's clock.
        if (request.Request.Items[^1].Facts is { } newest)
            peer.Standing.Agent.NoteClock((newest.Time - now).Ticks / TimeSpan.TicksPerMillisecond);

        var queued = Stopwatch.GetTimestamp();
        if (!ledger.TryAdmit(request.Request, out var answer))
        {
            checks.GiveBack(peer, request);
            await OverloadedAsync(context, "The queue for the ledger is full; nothing of this request was taken. Send the same bytes again.");
            return;
        }
        var count = request.Request.Items.Count;
        metrics.Queued(count);
        AdmissionResult result;
        try
        {
            // Not given up when the client hangs up: the ledger still reads these bytes.
            result = await answer;
        }
        catch (LedgerUnavailableException)
        {
            metrics.TurnedAway("store-unavailable");
            await Problems.WriteRetryAsync(context, 503, "store-unavailable", "The ledger does not take events at the moment",
                "Nothing of this request was committed. Send the same bytes again in a few seconds.", retryAfterSeconds: 5);
            return;
        }
        finally
        {
            metrics.Answered(count, Stopwatch.GetElapsedTime(queued));
        }
        Count(result);
        var decided = await decisions.DecideAsync(peer, request.Request, result);
        var warnings = AlgorithmWarning.Of(peer.Svid, request.Signed, algorithms.Current, now);
        await (request.IsSingle
            ? EventsReply.WriteSingleAsync(context, result, request.Request.Items[0].Digest.Span, decided?[0], warnings)
            : EventsReply.WriteSeveralAsync(context, result, decided, warnings));
    }

    private Task OverloadedAsync(HttpContext context, string detail)
    {
        metrics.TurnedAway("overloaded");
        return Problems.WriteRetryAsync(context, 429, "overloaded", "The edge is overloaded", detail, retryAfterSeconds: 1);
    }

    private void Count(AdmissionResult result)
    {
        var admitted = 0;
        for (var i = 0; i < result.Items.Count; i++)
        {
            if (result.Items[i].Refusal is { } code)
                metrics.Refused(Core.Admission.Refusal.Of(code).Text);
            else
                admitted++;
        }
        metrics.Admitted(admitted);
    }
}
