using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Admission;

/// <summary>What the checks that need no state found about one event.</summary>
public readonly record struct CheckedEvent
{
    /// <summary>The bytes to keep: the envelope as received, or the event's own bytes when it came in a batch.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }
    /// <summary>How many bytes were received.</summary>
    public required int Size { get; init; }
    /// <summary>SHA-256 of the signed payload, or of the bytes received when they could not be read. 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Digest { get; init; }
    /// <summary>What the event says, when it could be read. Claims only, when <see cref="Refusal"/> is set.</summary>
    public EventFacts? Facts { get; init; }
    /// <summary>The first refusal among size, rate, parse, signature and freshness.</summary>
    public RefusalCode? Refusal { get; init; }
    /// <summary>The schema check's refusal, which counts only when replay and idempotency have passed. Null when <see cref="Refusal"/> is set.</summary>
    public RefusalCode? SchemaRefusal { get; init; }
    /// <summary>What exactly was wrong with it and what would be right; no payload content.</summary>
    public string? Detail { get; init; }
    /// <summary>The money that it names, when it passed these checks.</summary>
    public EventMoney? Money { get; init; }
    /// <summary>With which of its agent's keys its signature, or its batch's, verified.</summary>
    public SignedWith SignedWith { get; init; }
    /// <summary>The event's place in its signed batch.</summary>
    public int BatchIndex { get; init; }
    /// <summary>The inclusion path it came with (32-byte hashes one after the other), or empty.</summary>
    public ReadOnlyMemory<byte> BatchPath { get; init; }

    internal static CheckedEvent Refused(ReadOnlyMemory<byte> bytes, int size, ReadOnlyMemory<byte> digest, Fault fault, EventFacts? facts = null)
        => new() { Bytes = bytes, Size = size, Digest = digest, Refusal = fault.Code, Detail = fault.Detail, Facts = facts };
}
