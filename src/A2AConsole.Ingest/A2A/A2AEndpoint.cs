using A2AConsole.Core.A2A;
using A2AConsole.Data.Queries;
using A2AConsole.Ingest.A2A.Held;
using A2AConsole.Ingest.Deciding;
using A2AConsole.Ingest.Edge;
using A2AConsole.Ingest.Events;
using A2AConsole.Policy.Deciding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace A2AConsole.Ingest.A2A;

/// <summary>
/// <c>/a2a/NAME</c>: the gateway to one agent. JSON-RPC at the address itself, REST below it, the card at <c>.well-known/agent-card.json</c>.
/// A message is read strictly, admitted to the ledger, decided about, and only then passed on with our hop; everything else is read as far
/// as it must be and passed on as it came.
/// </summary>
internal sealed class A2AEndpoint(
    A2AAgents agents, A2AAdmission admission, Decisions decisions, HeldTasks held, AgentCalls calls, HeldQueries queries, CardDesk cards, A2AForwarder forwarder, PushAddresses push, IngestOptions options, TimeProvider time)
{
    private const string Prefix = "/a2a/";
    private const string CardPath = "/.well-known/agent-card.json";

    // What a body of unstated length is assumed to hold when it begins.
    private const int UnstatedLength = 16 * 1024;

    private readonly BytesInFlight _inFlight = new(options.MaxBytesInFlight);

    /// <summary>Whether there are agents behind the gateway.</summary>
    public bool IsUsed => agents.Any;

    public async Task HandleAsync(HttpContext context)
    {
        // The path as it came: what we read and what the agent reads must be one.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        var query = question < 0 ? "" : target[question..];
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var end = path.IndexOf('/', Prefix.Length);
        var name = end < 0 ? path[Prefix.Length..] : path[Prefix.Length..end];
        var rest = end < 0 ? "" : path[end..];
        if (agents.Find(name) is not { } agent)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "agent-unknown", "No agent of this name is behind the gateway", "See the addresses in the agent's card.", w => w.WriteString("code"u8, "agent-unknown"));
            return;
        }
        if (rest == CardPath && HttpMethods.IsGet(context.Request.Method))
        {
            await cards.ServeAsync(context, agent);
            return;
        }
        var isJsonRpc = rest is "" or "/";
        var binding = new A2ABinding(isJsonRpc, default);
        if (CheckForm(context, agent, rest, isJsonRpc, out var version, out var route) is { } wrong)
        {
            await A2AReply.WriteAsync(context, binding, wrong);
            return;
        }
        await ReadAsync(context, new Call(agent, binding, version, route, route is null ? agent.Options.JsonRpc! : new Uri(agent.Options.Rest!.AbsoluteUri.TrimEnd('/') + rest + query), route is null ? null : rest + query));
    }

    /// <summary>One request on its way to an agent.</summary>
    private sealed record Call(A2AAgent Agent, A2ABinding Binding, A2AVersion Version, A2ARoute? Route, Uri Destination, string? Below);

    private A2AFault? CheckForm(HttpContext context, A2AAgent agent, string rest, bool isJsonRpc, out A2AVersion version, out A2ARoute? route)
    {
        var request = context.Request;
        route = null;
        if (!A2AVersionRule.TryRead(request.Headers[A2AVersionRule.Name], request.Query[A2AVersionRule.Name], options.A2A.AllowVersion03, out version, out var fault))
            return fault;
        if (isJsonRpc ? agent.Options.JsonRpc is null : agent.Options.Rest is null)
            return new(A2AError.UnsupportedOperation, "binding-unsupported", $"This agent does not take {(isJsonRpc ? "JSON-RPC" : "REST")}; see its card.");
        if (isJsonRpc && !HttpMethods.IsPost(request.Method) || !isJsonRpc && !A2ARoute.TryRead(request.Method, rest, out route))
            return new(A2AError.MethodNotFound, "path-unknown", "This is no method and path of A2A 1.0, such as POST /message:send.");
        if (route is not null && version != A2AVersion.V1)
            return new(A2AError.VersionNotSupported, "version-refused", "A2A 0.3 is taken as JSON-RPC only.");
        var hasBody = isJsonRpc || request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0;
        return hasBody && !IsJson(request, isJsonRpc)
            ? new(A2AError.ContentTypeNotSupported, "media-type-unsupported", isJsonRpc ? "Send application/json, not compressed." : "Send application/json or application/a2a+json, not compressed.")
            : null;
    }

    private static bool IsJson(HttpRequest request, bool isJsonRpc)
        => request.Headers.ContentEncoding.Count == 0 && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || !isJsonRpc && type.MediaType.Equals("application/a2a+json", StringComparison.OrdinalIgnoreCase));

    private async Task ReadAsync(HttpContext context, Call call)
    {
        var length = context.Request.ContentLength;
        if (length > options.A2A.MaxBodyBytes)
            throw new BadHttpRequestException("The body is larger than the limit.", StatusCodes.Status413PayloadTooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = options.A2A.MaxBodyBytes;
        byte[]? body = null;
        if (_inFlight.TryEnter(length ?? UnstatedLength, out var room))
        {
            // What is passed on is a copy, so the room is another request's as soon as the body is here.
            using (room)
            {
                using var read = await RequestBody.ReadAsync(context.Request.BodyReader, length, options.A2A.MaxBodyBytes, room, context.RequestAborted);
                body = read?.Bytes.ToArray();
            }
        }
        if (body is null)
        {
            await A2AReply.WriteAsync(context, call.Binding, new(A2AError.Internal, "overloaded", "The edge holds as many requests as it can; nothing of this one was taken. Send it again."));
            return;
        }
        await PassAsync(context, call, body);
    }

    private async Task PassAsync(HttpContext context, Call call, ReadOnlyMemory<byte> body)
    {
        var peer = context.Features.GetRequiredFeature<EdgePeer>();
        ReadOnlyMemory<byte> id = default;
        A2AFault? fault;
        var isRead = call.Route is { } route
            ? A2ARequestReader.TryReadRest(route, body, out var request, out fault)
            : A2ARequestReader.TryReadJsonRpc(body, call.Version, out request, out fault, out id);
        call = call with { Binding = call.Binding with { Id = id, Streams = request?.Method.Streams ?? false } };
        if (!isRead)
        {
            // What cannot be read may have been meant to be a message: it is kept like any other refused one.
            var refused = await admission.RefuseAsync(peer, body, fault!);
            await A2AReply.WriteAsync(context, call.Binding, refused.Fault!, refused.Leaf);
            return;
        }
        if (request!.PushUrl is { } url && await push.CheckAsync(url, context.RequestAborted) is { } unsafeUrl)
            fault = unsafeUrl;
        else if (request.Method.Operation == A2AOperation.GetExtendedCard)
            fault = new(A2AError.ExtendedCardNotConfigured, "extended-card-refused", "Extended cards are not passed on: nobody would have verified them.");
        if (fault is null && await held.FindAsync(request.TaskId, peer, call.Agent, context.RequestAborted) is { } waiting)
        {
            if (await held.AnswerAsync(context, call.Binding, request, waiting, call.Agent) is { } cannot)
                await A2AReply.WriteAsync(context, call.Binding, cannot);
            return;
        }
        if (fault is not null)
            await A2AReply.WriteAsync(context, call.Binding, fault);
        else if (request.Method.Operation == A2AOperation.ListTasks && await ListAsync(context, call, peer, body))
            return;
        else if (request.Message is { } message)
            await PassMessageAsync(context, call, peer, message, body);
        else if (await forwarder.SendAsync(context, call.Agent, call.Destination, body) is { } failed)
            await A2AReply.WriteAsync(context, call.Binding, failed);
    }

    /// <summary>Lists a sender's tasks, those whose messages wait among them. False when it is for the agent alone: none waits, or it is not the first page.</summary>
    private async Task<bool> ListAsync(HttpContext context, Call call, EdgePeer peer, ReadOnlyMemory<byte> body)
    {
        if (call.Version != A2AVersion.V1 || HeldTasks.IsFurther(body, context.Request.Query["pageToken"]) || !await queries.AnyWithoutAnswerAsync(peer.AgentId, call.Agent.SpiffeId, context.RequestAborted))
            return false;
        var route = new HeldRoute(call.Agent.Options.Name, call.Version, call.Below);
        var answer = await calls.SendAsync(call.Agent, route, call.Route is null ? HttpMethod.Post : HttpMethod.Get, call.Destination, body, peer.AgentId, context.RequestAborted);
        if (answer.End != CallEnd.Answered || await held.ListedAsync(answer.Result, peer, call.Agent, context.RequestAborted) is not { } list)
            return false;
        await A2AReply.WriteResultAsync(context, call.Binding, list);
        return true;
    }

    private async Task PassMessageAsync(HttpContext context, Call call, EdgePeer peer, A2AMessage message, ReadOnlyMemory<byte> body)
    {
        var receiver = call.Agent.SpiffeId;
        var headers = context.Request.Headers;
        A2AFault? fault = null;
        CarriedEnvelope? carried = null;
        if (!A2AExtensions.Names([.. headers[A2AExtensions.Header], .. headers[A2AExtensions.OldHeader]], EnvelopeExtension.Uri))
            fault = new(A2AError.ExtensionSupportRequired, "extension-not-named", $"The header {A2AExtensions.Header} must name {EnvelopeExtension.Uri}.");
        else if (CarriedEnvelope.TryRead(message, out carried, out fault))
            fault = null;
        // Asked before anything is recorded as admitted: a message for somebody who cannot have it should be sent again later, as it is.
        if (fault is null && call.Agent.Upstream.WhyNot() is { } why)
            fault = new(A2AError.Internal, "agent-not-in-service", $"The agent is not in service: {why}");
        if (fault is null && !new HeldRoute(call.Agent.Options.Name, call.Version, call.Below).Fits)
            fault = A2AFault.Of("path-too-long", "The path and query of a message have at most 180 characters.");
        if (fault is { Code: "agent-not-in-service" })
        {
            await A2AReply.WriteAsync(context, call.Binding, fault);
            return;
        }
        var admitted = fault is null ? await admission.AdmitAsync(peer, message, carried!, receiver) : await admission.RefuseAsync(peer, body, fault);
        if (admitted.Fault is { } refused)
        {
            await A2AReply.WriteAsync(context, call.Binding, refused, admitted.Leaf);
            return;
        }
        var route = new HeldRoute(call.Agent.Options.Name, call.Version, call.Below);
        var question = new MessageToDecide(admitted.Facts!, admitted.Data, peer.AgentNumber, receiver, admitted.Leaf!.Value, message.ContextId, message.TaskId)
        {
            Body = body, Route = route.ToString(), NewTaskId = HeldTasks.NewId(), Demo = admitted.Facts!.Demo,
        };
        var answer = await decisions.DecideAsync(question);
        if (answer.Verdict != MessageVerdict.Allow)
        {
            if (answer.HeldId is { } id && call.Version == A2AVersion.V1)
                await A2AReply.WriteTaskAsync(context, call.Binding, HeldTaskJson.Of((await queries.FindAsync(id, CancellationToken.None))!, answer.Reason));
            else if (call.Version == A2AVersion.V1)
                await A2AReply.WriteRejectedAsync(context, call.Binding, question, answer.Reason, time.GetUtcNow());
            else
                await A2AReply.WriteAsync(context, call.Binding, new(A2AError.UnsupportedOperation, answer.HeldId is null ? "message-rejected" : "message-held", answer.Reason), admitted.Leaf);
            return;
        }
        var passed = carried!.InsertHop(body, message, admission.HopFor(peer, admitted, receiver));
        if (await forwarder.SendAsync(context, call.Agent, call.Destination, passed) is { } failed)
            await A2AReply.WriteAsync(context, call.Binding, failed, admitted.Leaf);
    }
}
