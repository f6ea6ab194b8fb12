namespace A2AConsole.Demo;

/// <summary>What the demo is doing, for the console to show.</summary>
public enum DemoPhase
{
    Starting,
    /// <summary>The past is being written: <see cref="IDemoProgress.Percent"/>.</summary>
    WritingHistory,
    /// <summary>The agents are at work.</summary>
    Live,
    /// <summary>The demo could not go on: <see cref="IDemoProgress.Failure"/>.</summary>
    Failed,
}

/// <summary>How far the demo is. Thread-safe; registered only with <c>--demo</c>.</summary>
public interface IDemoProgress
{
    DemoPhase Phase { get; }

    /// <summary>How much of the past is written, 0–100; 100 once the agents are at work.</summary>
    int Percent { get; }

    /// <summary>Why the demo stopped, in one sentence; null while it runs.</summary>
    string? Failure { get; }

    /// <summary>Raised when phase or percent change, on any thread; handlers only signal.</summary>
    event Action? Changed;
}

/// <inheritdoc cref="IDemoProgress"/>
internal sealed class DemoProgress : IDemoProgress
{
    private sealed record State(DemoPhase Phase, int Percent, string? Failure);

    private volatile State _state = new(DemoPhase.Starting, 0, null);

    public DemoPhase Phase => _state.Phase;
    public int Percent => _state.Percent;
    public string? Failure => _state.Failure;

    public event Action? Changed;

    public void Writing(int percent) => Set(new State(DemoPhase.WritingHistory, Math.Clamp(percent, 0, 100), null));

    public void Live() => Set(new State(DemoPhase.Live, 100, null));

    public void Failed(string why) => Set(_state with { Phase = DemoPhase.Failed, Failure = why });

    private void Set(State state)
    {
        if (state == _state)
            return;
        _state = state;
        Changed?.Invoke();
    }
}
