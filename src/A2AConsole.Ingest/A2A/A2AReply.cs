using System.Buffers;
using System.Globalization;
using System.Text.Json;
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

    public static Task SendAsync(HttpResponse response, string contentType, ReadOnlyMemory<byte> body)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, response.HttpContext.RequestAborted).AsTask();
    }
}
