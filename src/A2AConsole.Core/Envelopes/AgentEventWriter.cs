using System.Buffers;
using System.Text.Json;

namespace A2AConsole.Core.Envelopes;

/// <summary>Writes events as CloudEvents 1.0 JSON, in the form that <see cref="AgentEventReader"/> takes.</summary>
public static class AgentEventWriter
{
    /// <summary>
    /// The event's bytes: what is signed. Throws <see cref="FormatException"/> with the broken rule when the edge would refuse
    /// to read it, so that a mistake shows where it is made.
    /// </summary>
    public static byte[] Write(AgentEvent value)
    {
        var buffer = new ArrayBufferWriter<byte>(value.Data.Length + 768);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion"u8, "1.0"u8);
            writer.WriteString("id"u8, value.Id);
            writer.WriteString("source"u8, value.Source);
            writer.WriteString("type"u8, value.Type);
            WriteOptional(writer, "subject"u8, value.Subject);
            writer.WriteString("time"u8, UtcTime.Format(value.Time));
            writer.WriteString("expires"u8, UtcTime.Format(value.Expires));
            WriteOptional(writer, "dataschema"u8, value.DataSchema);
            WriteOptional(writer, "audience"u8, value.Audience);
            WriteOptional(writer, "action"u8, value.Action);
            writer.WriteString("nonce"u8, value.Nonce);
            WriteOptional(writer, "idempotencykey"u8, value.IdempotencyKey);
            WriteOptional(writer, "critical"u8, value.Critical);
            WriteOptional(writer, "demo"u8, value.Demo);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(value.Data.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }
        var bytes = buffer.WrittenSpan.ToArray();
        return AgentEventReader.TryRead(bytes, out _, out var fault) ? bytes : throw new FormatException(fault.Detail);
    }

    private static void WriteOptional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
