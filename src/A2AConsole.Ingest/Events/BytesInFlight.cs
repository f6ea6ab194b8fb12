namespace A2AConsole.Ingest.Events;

/// <summary>
/// How many bytes of requests the edge holds at once, from their first byte to their reply. Past it new requests are told to
/// come again before anything of them is read, so a crowd costs neither memory nor verifications.
/// </summary>
internal sealed class BytesInFlight(long limit)
{
    private long _held;

    /// <summary>Takes room for a body. False: there is none.</summary>
    public bool TryEnter(long bytes)
    {
        // One request always fits, however small the limit.
        var held = Interlocked.Add(ref _held, bytes);
        if (held <= limit || held == bytes)
            return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>Gives the room back.</summary>
    public void Leave(long bytes) => Interlocked.Add(ref _held, -bytes);
}
