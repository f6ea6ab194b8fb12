using A2AConsole.Core.Envelopes;

namespace A2AConsole.Sdk;

/// <summary>A request's bytes, signed by one identity, and what is in them.</summary>
internal sealed record SignedRequest(AgentIdentity Signer, IReadOnlyList<SignedEvent> Events, ReadOnlyMemory<byte> Body)
{
    /// <summary>The earliest expiry among its events.</summary>
    public DateTimeOffset Expires { get; } = Events.Min(e => e.Expires);
}

/// <summary>How messages go into a request.</summary>
internal enum RequestShape
{
    /// <summary>One envelope.</summary>
    Single,
    /// <summary>A JSON array of envelopes.</summary>
    Many,
    /// <summary>One signature over the Merkle root of the events.</summary>
    Batch,
}

/// <summary>Signs messages into requests.</summary>
internal static class RequestWriter
{
    public static SignedRequest Sign(RequestShape shape, IReadOnlyList<AgentMessage> messages, AgentIdentity signer, DateTimeOffset now, TimeSpan lifetime)
    {
        var events = new SignedEvent[messages.Count];
        if (shape == RequestShape.Batch)
        {
            for (var i = 0; i < events.Length; i++)
                events[i] = EventWriter.Bare(messages[i], signer, now, lifetime);
        }
        else
        {
            // A signature costs about as much as a verification: a large request is worth all cores.
            if (events.Length >= 16)
                Parallel.For(0, events.Length, i => events[i] = EventWriter.Sign(messages[i], signer, now, lifetime));
            else
                for (var i = 0; i < events.Length; i++)
                    events[i] = EventWriter.Sign(messages[i], signer, now, lifetime);
        }
        return new SignedRequest(signer, events, shape switch
        {
            RequestShape.Single => events[0].Envelope,
            RequestShape.Many => Array(events),
            RequestShape.Batch => BatchWriter.Write(signer.SpiffeId.Text, [.. events.Select(e => e.Envelope)], now, signer.Signers.Key, signer.Signers.Also),
            _ => throw new ArgumentOutOfRangeException(nameof(shape)),
        });
    }

    private static byte[] Array(SignedEvent[] events)
    {
        var body = new byte[events.Sum(e => e.Envelope.Length) + events.Length + 1];
        var at = 0;
        foreach (var signed in events)
        {
            body[at] = (byte)(at == 0 ? '[' : ',');
            signed.Envelope.CopyTo(body.AsMemory(at + 1));
            at += 1 + signed.Envelope.Length;
        }
        body[at] = (byte)']';
        return body;
    }
}
