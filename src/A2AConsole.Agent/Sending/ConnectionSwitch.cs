namespace A2AConsole.Sdk;

/// <summary>Holds the current connection and hands it out; <see cref="Switch"/> replaces it without disturbing who uses the old one.</summary>
internal sealed class ConnectionSwitch(EdgeConnection first) : IDisposable
{
    private EdgeConnection _current = first;
    private int _disposed;

    public AgentIdentity Identity => Volatile.Read(ref _current).Identity;

    /// <summary>Lends the current connection; <see cref="EdgeConnection.Release"/> gives it back.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public EdgeConnection Acquire()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(AgentClient));
            var current = Volatile.Read(ref _current);
            if (current.TryAcquire())
                return current;
        }
    }

    public void Switch(EdgeConnection next) => Interlocked.Exchange(ref _current, next).Release();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Volatile.Read(ref _current).Release();
    }
}
