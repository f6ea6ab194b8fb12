using A2AConsole.Core.Envelopes;

namespace A2AConsole.Policy.Deciding;

/// <summary>What an admitted event says, read again from the bytes that were kept: the checks don't hand it out.</summary>
/// <param name="Data">The business body; a copy.</param>
/// <param name="Subject">What it is about, in its sender's words.</param>
public sealed record SignedData(ReadOnlyMemory<byte> Data, string? Subject)
{
    /// <summary>Reads an envelope, or a batched event's own bytes; null when they cannot be read, which an admitted event's can.</summary>
    public static SignedData? Read(ReadOnlyMemory<byte> bytes, bool isBatched)
    {
        if (isBatched)
            return AgentEventReader.TryRead(bytes, out var batched, out _) ? Of(batched) : null;
        if (!DsseEnvelopeReader.TryRead(bytes.Span, out var envelope, out _))
            return null;
        using (envelope)
            return AgentEventReader.TryRead(envelope.Payload, out var read, out _) ? Of(read) : null;
    }

    private static SignedData Of(UnverifiedEvent read) => new(read.Data.ToArray(), read.Claims.Subject);
}
