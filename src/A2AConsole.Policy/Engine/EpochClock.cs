namespace A2AConsole.Policy.Engine;

/// <summary>
/// The clock by which evaluations are stopped: while one is under way, the engine's epoch advances every few milliseconds. A thread of its own,
/// since a starved thread pool must not stop the clock that ends what starves it.
/// </summary>
internal sealed class EpochClock : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly Wasmtime.Engine _engine;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _running = new(false);
    private readonly Thread _thread;
    private int _underWay;
    private volatile bool _stopped;

    public EpochClock(Wasmtime.Engine engine)
    {
        _engine = engine;
        _thread = new Thread(Run) { IsBackground = true, Name = "policy engine clock" };
        _thread.Start();
    }

    /// <summary>How many ticks a time is, at least one more than none.</summary>
    public static ulong TicksOf(TimeSpan time) => (ulong)Math.Max(0, Math.Ceiling(time / Tick)) + 1;

    public void Enter()
    {
        lock (_gate)
        {
            if (_underWay++ == 0)
                _running.Set();
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_underWay == 0)
                _running.Reset();
        }
    }

    private void Run()
    {
        while (true)
        {
            _running.Wait();
            if (_stopped)
                return;
            Thread.Sleep(Tick);
            if (_stopped)
                return;
            _engine.IncrementEpoch();
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _running.Set();
        _thread.Join();
        _running.Dispose();
        _engine.Dispose();
    }
}
