using System.Buffers;
using System.Text.Json;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Provenance;

/// <summary>Writes hops' statements.</summary>
public static class HopWriter
{
    /// <summary>The statement's bytes: the payload to sign as <see cref="Hop.PayloadType"/>.</summary>
    /// <exception cref="FormatException">It could not be read again.</exception>
    public static byte[] Write(Hop hop)
    {
        if (!HopReader.Accepts(hop))
            throw new FormatException($"This is no hop that could be read again as {Hop.PredicateType}.");
        var buffer = new ArrayBufferWriter<byte>(768);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact))
        {
            writer.WriteStartObject();
            writer.WriteString("_type"u8, Hop.StatementType);
            writer.WriteStartArray("subject"u8);
            writer.WriteStartObject();
            writer.WriteString("name"u8, hop.MessageId);
            writer.WriteStartObject("digest"u8);
            writer.WriteString("sha256"u8, hop.Previous);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteString("predicateType"u8, Hop.PredicateType);
            writer.WriteStartObject("predicate"u8);
            writer.WriteString("message"u8, hop.Message);
            writer.WriteNumber("index"u8, hop.Index);
            writer.WriteString("by"u8, hop.By);
            writer.WriteString("from"u8, hop.From);
            writer.WriteString("to"u8, hop.To);
            writer.WriteString("at"u8, UtcTime.Format(hop.At));
            if (hop.Certificate is not null)
                writer.WriteString("certificate"u8, hop.Certificate);
            if (hop.Leaf is { } leaf)
                writer.WriteNumber("leaf"u8, leaf);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
