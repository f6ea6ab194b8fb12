namespace A2AConsole.Data.Entities;

/// <summary>
/// Sorted (key, leaf) pairs of one 65,536-leaf segment, split by the key's top six bits: finds an event by message id or digest
/// without an index row an event. Written in the background when a segment is complete.
/// </summary>
public sealed class LookupBucket
{
    public long Segment { get; set; }
    public int Bucket { get; set; }
    /// <summary>8-byte big-endian key and 2-byte big-endian leaf offset each, in byte order. See <see cref="Reading.LookupKeys"/>.</summary>
    public required byte[] Entries { get; set; }
}
