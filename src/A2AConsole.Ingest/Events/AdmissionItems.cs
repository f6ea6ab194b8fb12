using System.Buffers;
using System.Security.Cryptography;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Ingest.Edge;

namespace A2AConsole.Ingest.Events;

/// <summary>
/// Makes what the ledger takes of a checked event, its leaf and leaf hash included: here, on many cores, since the ledger's one
/// writer would otherwise do it for all.
/// </summary>
internal static class AdmissionItems
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_leaf;

    /// <summary>An event with its leaf.</summary>
    public static AdmissionItem Of(EdgePeer peer, in CheckedEvent e, string? batchRoot, DateTimeOffset at)
    {
        var refusal = e.Refusal ?? e.SchemaRefusal;
        var facts = e.Facts;
        var buffer = t_leaf ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        LeafEncoding.Write(new EventLeaf
        {
            Verdict = refusal is null ? LeafVerdict.Admitted : LeafVerdict.Refused,
            Code = refusal is { } code ? Refusal.Of(code).Text : null,
            At = at,
            Actor = peer.AgentId,
            Subject = facts?.Subject,
            Certificate = peer.Serial,
            MessageId = facts?.MessageId,
            Type = facts?.Type,
            Audience = facts?.Audience,
            Time = facts?.Time,
            Expires = facts?.Expires,
            Digest = e.Digest.Span,
            Batch = batchRoot,
            Detail = refusal is null ? null : e.Detail,
            Demo = facts?.Demo,
        }, buffer);

        // Leaf and hash share one array: one allocation an event.
        var length = buffer.WrittenCount;
        var leaf = new byte[length + MerkleHash.Size];
        buffer.WrittenSpan.CopyTo(leaf);
        MerkleHash.Leaf(buffer.WrittenSpan, leaf.AsSpan(length));
        return new AdmissionItem
        {
            Bytes = e.Bytes,
            Size = e.Size,
            Digest = e.Digest,
            Facts = facts,
            Refusal = e.Refusal,
            SchemaRefusal = e.SchemaRefusal,
            Detail = e.Detail,
            Money = e.Money,
            BatchIndex = e.BatchIndex,
            BatchPath = e.BatchPath,
            Leaf = leaf.AsMemory(0, length),
            LeafHash = leaf.AsMemory(length),
        };
    }

    /// <summary>A body that could not be taken apart: refused as one item, a prefix of it kept.</summary>
    public static AdmissionItem Unreadable(EdgePeer peer, ReadOnlyMemory<byte> body, DateTimeOffset at, Fault fault)
        => Of(peer, new CheckedEvent
        {
            Bytes = body[..Math.Min(body.Length, EventChecker.OversizePrefix)],
            Size = body.Length,
            Digest = SHA256.HashData(body.Span),
            Refusal = fault.Code,
            Detail = fault.Detail,
        }, null, at);
}
