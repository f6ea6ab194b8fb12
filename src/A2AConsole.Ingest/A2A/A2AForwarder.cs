using A2AConsole.Core.A2A;
using A2AConsole.Ingest.Edge;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace A2AConsole.Ingest.A2A;

/// <summary>
/// Passes a request on to its agent and the answer back, unbuffered, headers and bytes as they are. What the agent must know of the
/// connection that the request came over, it is told in <see cref="PeerHeader"/>, which nobody but us can set.
/// </summary>
internal sealed class A2AForwarder(IHttpForwarder forwarder, IngestOptions options)
{
    /// <summary>The SPIFFE ID of the agent that sent the request, as its certificate proved it.</summary>
    public const string PeerHeader = "a2a-peer";

    private readonly ForwarderRequestConfig _config = new()
    {
        ActivityTimeout = options.A2A.ActivityTimeout,
        Version = System.Net.HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        AllowResponseBuffering = false,
    };

    /// <summary>Forwards; returns what to answer instead when nothing could be passed back.</summary>
    /// <param name="context">The request.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="destination">Its address for this request.</param>
    /// <param name="body">The body to send.</param>
    public async Task<A2AFault?> SendAsync(HttpContext context, A2AAgent agent, Uri destination, ReadOnlyMemory<byte> body)
    {
        if (agent.Upstream.WhyNot() is { } refusal)
            return new(A2AError.Internal, "agent-not-in-service", $"The agent is not in service: {refusal}");
        var request = context.Request;
        request.Body = new MemoryStream(body.ToArray(), writable: false);
        if (body.Length > 0 || request.ContentLength is not null)
            request.ContentLength = body.Length;
        request.Headers.Remove(HeaderNames.TransferEncoding);
        var transformer = new Transformer(destination, context.Features.GetRequiredFeature<EdgePeer>().AgentId);
        var error = await forwarder.SendAsync(context, destination.GetLeftPart(UriPartial.Authority), agent.Upstream.Invoker, _config, transformer, context.RequestAborted);
        if (transformer.Redirected)
            return new(A2AError.InvalidAgentResponse, "agent-redirected", "The agent answered with a redirection, which is not followed.");
        if (error == ForwarderError.None)
            return null;
        if (context.RequestAborted.IsCancellationRequested)
            return null;
        return error == ForwarderError.RequestTimedOut
            ? new(A2AError.Internal, "agent-too-slow", "The agent did not answer in time; whether it acted is not known.")
            : new(A2AError.Internal, "agent-unreachable", "The agent cannot be reached, or is not who it should be; whether it acted is not known.");
    }

    private sealed class Transformer(Uri destination, string peer) : HttpTransformer
    {
        public bool Redirected { get; private set; }

        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = destination;
            proxyRequest.Headers.Host = null;
            // A compressed stream is a delayed one.
            proxyRequest.Headers.AcceptEncoding.Clear();
            proxyRequest.Headers.Remove(PeerHeader);
            proxyRequest.Headers.Add(PeerHeader, peer);
        }

        public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null || (int)proxyResponse.StatusCode is < 300 or >= 400 || proxyResponse.StatusCode == System.Net.HttpStatusCode.NotModified)
                return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            Redirected = true;
            return ValueTask.FromResult(false);
        }
    }
}
