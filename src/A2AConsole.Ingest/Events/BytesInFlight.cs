using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Ingest.Events;

/// <summary>
/// How many bytes of requests the edge holds at once, from their first byte to their reply. Past it new requests are told to
/// come again before anything of them is read, so a crowd costs neither memory nor verifications.
/// </summary>
internal sealed class BytesInFlight(long limit)
{
    private long _held;

    /// <summary>Takes room for a body, given back on dispose. False: there is none.</summary>
    public bool TryEnter(long bytes, [NotNullWhen(true)] out Room? room)
    {
        room = TryTake(bytes) ? new Room(this, bytes) : null;
        return room is not null;
    }

    private bool TryTake(long bytes)
    {
        // One request always fits, however small the limit.
        var held = Interlocked.Add(ref _held, bytes);
        if (held <= limit || held == bytes)
            return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>What one request holds.</summary>
    public sealed class Room(BytesInFlight all, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        /// <summary>Asks for as much as the body has turned out to need. False: there is not so much.</summary>
        public bool TryGrow(long bytes)
        {
            if (bytes <= _bytes)
                return true;
            if (!all.TryTake(bytes - _bytes))
                return false;
            _bytes = bytes;
            return true;
        }

        public void Dispose() => Interlocked.Add(ref all._held, -Interlocked.Exchange(ref _bytes, 0));
    }
}
