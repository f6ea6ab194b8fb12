using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.A2A;
using A2AConsole.Policy.Deciding;
using Microsoft.AspNetCore.Http;

namespace A2AConsole.Ingest.A2A;

/// <summary>How a request was sent, so that it is answered in the same way.</summary>
/// <param name="IsJsonRpc">JSON-RPC, else REST.</param>
/// <param name="Id">JSON-RPC's id as it was written.</param>
/// <param name="Streams">Whether it is to be answered by a stream.</param>
internal readonly record struct A2ABinding(bool IsJsonRpc, ReadOnlyMemory<byte> Id, bool Streams = false);

/// <summary>What the gateway answers itself.</summary>
internal static class A2AReply
{
    /// <summary>An error in the form of the binding.</summary>
    public static Task WriteAsync(HttpContext context, A2ABinding binding, A2AFault fault, long? leaf = null)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            // A reply that has begun cannot be taken back; it must not look whole either.
            context.Abort();
            return Task.CompletedTask;
        }
        response.Clear();
        response.StatusCode = binding.IsJsonRpc ? StatusCodes.Status200OK : fault.Error.HttpStatus;
        return SendAsync(response, binding.IsJsonRpc ? "application/json" : "application/a2a+json", binding.IsJsonRpc ? A2AErrorWriter.JsonRpc(fault, binding.Id.Span, leaf) : A2AErrorWriter.Rest(fault, leaf));
    }

    /// <summary>
    /// A task that was rejected before any agent saw it (§4.1.3): the refusal of a decision. A stream gets it as its only event.
    /// </summary>
    public static Task WriteRejectedAsync(HttpContext context, A2ABinding binding, MessageToDecide message, string reason, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (binding.IsJsonRpc)
            {
                writer.WriteString("jsonrpc"u8, "2.0"u8);
                writer.WritePropertyName("id"u8);
                writer.WriteRawValue(binding.Id.Span);
                writer.WriteStartObject("result"u8);
            }
            writer.WriteStartObject("task"u8);
            var id = string.Create(CultureInfo.InvariantCulture, $"refused-{message.Leaf}");
            writer.WriteString("id"u8, id);
            writer.WriteString("contextId"u8, message.ContextId ?? id);
            writer.WriteStartObject("status"u8);
            writer.WriteString("state"u8, "TASK_STATE_REJECTED"u8);
            writer.WriteString("timestamp"u8, Core.Envelopes.UtcTime.Format(now));
            writer.WriteStartObject("message"u8);
            writer.WriteString("messageId"u8, id);
            writer.WriteString("role"u8, "ROLE_AGENT"u8);
            writer.WriteStartArray("parts"u8);
            writer.WriteStartObject();
            writer.WriteString("text"u8, reason);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
            if (binding.IsJsonRpc)
                writer.WriteEndObject();
            writer.WriteEndObject();
        }
        var json = buffer.WrittenSpan.ToArray();
        return binding.Streams
            ? SendAsync(context.Response, "text/event-stream", (byte[])[.. "data: "u8, .. json, .. "\n\n"u8])
            : SendAsync(context.Response, binding.IsJsonRpc ? "application/json" : "application/a2a+json", json);
    }

    /// <summary>The result of an operation that is answered by one value.</summary>
    public static Task WriteResultAsync(HttpContext context, A2ABinding binding, JsonNode result)
        => SendAsync(context.Response, binding.IsJsonRpc ? "application/json" : "application/a2a+json", Encoding.UTF8.GetBytes(Wrapped(binding, result).ToJsonString()));

    /// <summary>A task that answers a message: as the only event, where a stream was asked for.</summary>
    public static Task WriteTaskAsync(HttpContext context, A2ABinding binding, JsonObject task)
        => binding.Streams ? WriteEventAsync(context, binding, task) : WriteResultAsync(context, binding, new JsonObject { ["task"] = task });

    /// <summary>A task as one event of a stream that may go on.</summary>
    public static async Task WriteEventAsync(HttpContext context, A2ABinding binding, JsonObject task)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers["X-Accel-Buffering"] = "no";
        }
        var json = Encoding.UTF8.GetBytes(Wrapped(binding, new JsonObject { ["task"] = task }).ToJsonString());
        await context.Response.Body.WriteAsync((byte[])[.. "data: "u8, .. json, .. "\n\n"u8], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static JsonNode Wrapped(A2ABinding binding, JsonNode result)
        => binding.IsJsonRpc ? new JsonObject { ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(binding.Id.Span), ["result"] = result } : result;

    public static Task SendAsync(HttpResponse response, string contentType, ReadOnlyMemory<byte> body)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, response.HttpContext.RequestAborted).AsTask();
    }
}
