using System.Buffers;
using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Core.Envelopes;

/// <summary>Signs many events with one signature over their Merkle root.</summary>
public static class BatchWriter
{
    /// <summary>The request body of a whole batch: <c>{"batch":…,"events":[{"payload":…}…]}</c>.</summary>
    /// <param name="source">The signer's SPIFFE ID, which is every event's source.</param>
    /// <param name="events">The events' bytes (<see cref="AgentEventWriter"/>), in order.</param>
    /// <param name="time">Now (UTC).</param>
    /// <param name="key">A key of the signer's certificate.</param>
    /// <param name="also">Its other key, for a second signature beside the first.</param>
    public static byte[] Write(string source, IReadOnlyList<ReadOnlyMemory<byte>> events, DateTimeOffset time, SigningKey key, SigningKey? also = null)
    {
        var tree = TreeOf(events);
        var buffer = new ArrayBufferWriter<byte>(1024 + events.Sum(e => e.Length / 3 * 4 + 24));
        using var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact);
        writer.WriteStartObject();
        writer.WritePropertyName("batch"u8);
        writer.WriteRawValue(SignStatement(source, tree, time, key, also), skipInputValidation: true);
        writer.WriteStartArray("events"u8);
        foreach (var item in events)
        {
            writer.WriteStartObject();
            writer.WriteBase64String("payload"u8, item.Span);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The request body of some events of a batch, each with its index and inclusion path.</summary>
    public static byte[] WritePart(string source, IReadOnlyList<ReadOnlyMemory<byte>> events, IEnumerable<int> indexes, DateTimeOffset time, SigningKey key, SigningKey? also = null)
    {
        var tree = TreeOf(events);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact);
        writer.WriteStartObject();
        writer.WritePropertyName("batch"u8);
        writer.WriteRawValue(SignStatement(source, tree, time, key, also), skipInputValidation: true);
        writer.WriteStartArray("events"u8);
        foreach (var index in indexes)
        {
            writer.WriteStartObject();
            writer.WriteBase64String("payload"u8, events[index].Span);
            writer.WriteNumber("index"u8, index);
            writer.WriteStartArray("path"u8);
            var path = tree.PathOf(index);
            for (var i = 0; i < path.Length; i += MerkleHash.Size)
                writer.WriteBase64StringValue(path.AsSpan(i, MerkleHash.Size));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The signed envelope of a batch's statement.</summary>
    public static byte[] SignStatement(string source, BatchRoot tree, DateTimeOffset time, SigningKey key, SigningKey? also = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact))
        {
            writer.WriteStartObject();
            writer.WriteString("source"u8, source);
            writer.WriteString("root"u8, Convert.ToHexStringLower(tree.Root.Span));
            writer.WriteNumber("size"u8, tree.Size);
            writer.WriteString("time"u8, UtcTime.Format(time));
            writer.WriteEndObject();
        }
        return DsseEnvelopeWriter.Sign(Dsse.BatchType, buffer.WrittenSpan, key, also);
    }

    private static BatchRoot TreeOf(IReadOnlyList<ReadOnlyMemory<byte>> events)
    {
        var hashes = new byte[events.Count * MerkleHash.Size];
        for (var i = 0; i < events.Count; i++)
            MerkleHash.Leaf(events[i].Span, hashes.AsSpan(i * MerkleHash.Size, MerkleHash.Size));
        return new BatchRoot(hashes);
    }
}
