using System.Buffers.Binary;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Data.Ledger;

/// <summary>
/// How a block's events lie in <see cref="Entities.EventPayload.Events"/>: for each a 4-byte little-endian length and its bytes;
/// in a signed batch then a 4-byte index in the batch, a 1-byte count of hashes and the inclusion path. A batch that came whole
/// is kept without paths, since its events give them back.
/// </summary>
internal static class PayloadEncoding
{
    /// <summary>Bytes an event takes beside its own.</summary>
    public const int MaxOverhead = sizeof(int) + sizeof(int) + 1;

    /// <summary>Writes one event; returns the bytes written.</summary>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> bytes, bool inBatch, int index, ReadOnlySpan<byte> path)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, bytes.Length);
        bytes.CopyTo(destination[sizeof(int)..]);
        var length = sizeof(int) + bytes.Length;
        if (!inBatch)
            return length;
        BinaryPrimitives.WriteInt32LittleEndian(destination[length..], index);
        destination[length + sizeof(int)] = (byte)(path.Length / MerkleHash.Size);
        path.CopyTo(destination[(length + sizeof(int) + 1)..]);
        return length + sizeof(int) + 1 + path.Length;
    }

    /// <summary>The event at a position in the block.</summary>
    public static StoredEvent Read(ReadOnlyMemory<byte> events, ReadOnlyMemory<byte> batchEnvelope, int position)
    {
        var inBatch = !batchEnvelope.IsEmpty;
        var all = new List<ReadOnlyMemory<byte>>();
        var found = default(StoredEvent);
        var pathless = false;
        for (var i = 0; !events.IsEmpty; i++)
        {
            var bytes = events.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(events.Span));
            events = events[(sizeof(int) + bytes.Length)..];
            var index = 0;
            var path = ReadOnlyMemory<byte>.Empty;
            if (inBatch)
            {
                index = BinaryPrimitives.ReadInt32LittleEndian(events.Span);
                path = events.Slice(sizeof(int) + 1, events.Span[sizeof(int)] * MerkleHash.Size);
                events = events[(sizeof(int) + 1 + path.Length)..];
                all.Add(bytes);
            }
            if (i == position)
            {
                found = new StoredEvent(bytes, batchEnvelope, index, path);
                pathless = inBatch && path.IsEmpty;
                if (!pathless)
                    break;
            }
        }
        if (found is null)
            throw new FormatException($"the payload holds no event at position {position}");
        return pathless && all.Count > 1 ? found with { BatchPath = Path(all, found.BatchIndex) } : found;
    }

    /// <summary>The bytes of the event at a position in the block; empty when there is none.</summary>
    public static ReadOnlyMemory<byte> Bytes(ReadOnlyMemory<byte> events, bool inBatch, int position)
    {
        for (var i = 0; !events.IsEmpty; i++)
        {
            var bytes = events.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(events.Span));
            if (i == position)
                return bytes;
            events = events[(sizeof(int) + bytes.Length)..];
            if (inBatch)
                events = events[(sizeof(int) + 1 + events.Span[sizeof(int)] * MerkleHash.Size)..];
        }
        return default;
    }

    /// <summary>The inclusion path of an event in a batch that is there as a whole, hashes one after the other.</summary>
    public static byte[] Path(IReadOnlyList<ReadOnlyMemory<byte>> batch, int index)
        => [.. LeafHashes.Of(batch).Path(index).SelectMany(hash => hash)];
}
