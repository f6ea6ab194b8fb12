using System.Buffers;
using System.Text.Json;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.A2A;

/// <summary>
/// Our extension of the protocol: a message carries the signed event that it stands for, and the statements of those it passed
/// through, as <c>metadata[<see cref="Uri"/>] = { "dsse": envelope, "hops": [ envelope, … ] }</c>.
/// </summary>
public static class EnvelopeExtension
{
    /// <summary>The extension's URI: in the card, in <see cref="A2AExtensions.Header"/>, in the message's <c>extensions</c>, and as the member of its <c>metadata</c>.</summary>
    public const string Uri = "urn:a2aconsole:extension:envelope:v1";

    /// <summary>
    /// A message (A2A 1.0, UTF-8 JSON) that stands for a signed event: its id is the event's, its one part the event's data.
    /// </summary>
    /// <param name="envelope">The event's DSSE envelope.</param>
    /// <param name="contextId">The conversation, when there is one.</param>
    /// <param name="taskId">The task, when it goes on with one.</param>
    /// <param name="hops">The statements so far; of an origin none.</param>
    /// <exception cref="FormatException">The envelope holds no event that can be read.</exception>
    public static byte[] WriteMessage(ReadOnlyMemory<byte> envelope, string? contextId = null, string? taskId = null, IReadOnlyList<ReadOnlyMemory<byte>>? hops = null)
    {
        if (!DsseEnvelopeReader.TryRead(envelope.Span, out var read, out var fault))
            throw new FormatException(fault.Detail);
        using (read)
        {
            if (!AgentEventReader.TryRead(read.Payload, out var parsed, out fault))
                throw new FormatException(fault.Detail);
            var buffer = new ArrayBufferWriter<byte>(envelope.Length + parsed.Data.Length + 512);
            using var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact);
            writer.WriteStartObject();
            writer.WriteString("messageId"u8, parsed.Claims.MessageId);
            if (contextId is not null)
                writer.WriteString("contextId"u8, contextId);
            if (taskId is not null)
                writer.WriteString("taskId"u8, taskId);
            writer.WriteString("role"u8, "ROLE_USER"u8);
            writer.WriteStartArray("parts"u8);
            writer.WriteStartObject();
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(parsed.Data.Span, skipInputValidation: true);
            writer.WriteString("mediaType"u8, "application/json"u8);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteStartObject("metadata"u8);
            writer.WriteStartObject(Uri);
            writer.WritePropertyName("dsse"u8);
            writer.WriteRawValue(envelope.Span);
            writer.WriteStartArray("hops"u8);
            foreach (var hop in hops ?? [])
                writer.WriteRawValue(hop.Span);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteStartArray("extensions"u8);
            writer.WriteStringValue(Uri);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.Flush();
            return buffer.WrittenSpan.ToArray();
        }
    }
}
