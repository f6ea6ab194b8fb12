namespace A2AConsole.Ingest.Edge;

/// <summary>
/// Gives handshakes their turn: <c>burst</c> at once, then <c>perSecond</c> evenly spaced. It is asked when a ClientHello has
/// arrived, so an idle TCP connection takes nobody's turn. It runs on the machine's clock, since CPU is what it protects.
/// </summary>
internal sealed class HandshakePacer(double perSecond, int burst, TimeSpan longestWait)
{
    private readonly Lock _lock = new();
    private readonly double _step = TimeSpan.TicksPerSecond / perSecond;
    private double _nextFree = double.MinValue;

    /// <summary>The time to wait before the handshake may go on, or null when the queue is longer than anyone would wait.</summary>
    public TimeSpan? Reserve()
    {
        lock (_lock)
        {
            var now = (double)TimeProvider.System.GetElapsedTime(0).Ticks;
            // Slots lie on a line of time; an idle line holds at most a burst of past slots.
            var slot = Math.Max(_nextFree, now - (burst - 1) * _step);
            var wait = slot - now;
            if (wait > longestWait.Ticks)
                return null;
            _nextFree = slot + _step;
            return wait <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)wait);
        }
    }
}
