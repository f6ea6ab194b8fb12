using A2AConsole.Core.Admission;

namespace A2AConsole.Core.Envelopes;

/// <summary>An event that was read but not verified: claims, not facts, whatever the type of <see cref="Claims"/> is called.</summary>
public sealed class UnverifiedEvent
{
    internal UnverifiedEvent(EventFacts claims, string? dataSchema, ReadOnlyMemory<byte> payload, Range data)
        => (Claims, DataSchema, Payload, Data) = (claims, dataSchema, payload, payload[data]);

    public EventFacts Claims { get; }

    /// <summary>The schema that the event names, if it does.</summary>
    public string? DataSchema { get; }

    /// <summary>The event's bytes, as they were signed. They live as long as the envelope that they came in.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The bytes of the member <c>data</c> within <see cref="Payload"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; }
}
