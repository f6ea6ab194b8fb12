namespace A2AConsole.Detection.Counts;

/// <summary>What is unusual about a count.</summary>
public enum CountAnomaly
{
    None,

    /// <summary>More than usual.</summary>
    Burst,

    /// <summary>Less than usual, or nothing.</summary>
    Silence,

    /// <summary>The level rises day by day.</summary>
    DriftUp,

    /// <summary>The level falls day by day.</summary>
    DriftDown,
}

/// <summary>How far a series is known.</summary>
public enum Knowledge
{
    /// <summary>Too little seen: nothing is said.</summary>
    Learning,

    /// <summary>Known, but this hour of the week is seen for the first time: only gross deviations are told.</summary>
    Partly,

    Known,
}

/// <summary>The verdict on one bucket.</summary>
/// <param name="Anomaly">The most surprising of what matters; None below the least effect.</param>
/// <param name="Surprise">−log10 p of it; 0 without anomaly.</param>
/// <param name="Window">How long the window is that shows it.</param>
/// <param name="Times">Count by expectation: 5 is five times as many, 0 is nothing.</param>
/// <param name="Raise">Whether it is to be told now: over the threshold, known well enough, and not told already.</param>
public readonly record struct CountScore(CountAnomaly Anomaly, double Surprise, TimeSpan Window, double Times, bool Raise, Knowledge Knowledge);

/// <summary>Why a count was scored as it was.</summary>
/// <param name="From">Begin of the window.</param>
/// <param name="Window">Its length.</param>
/// <param name="Actual">Counted within it.</param>
/// <param name="Expected">Expected within it.</param>
/// <param name="Low">What is usual, from (about 19 of 20 windows lie in the band).</param>
/// <param name="High">What is usual, to.</param>
/// <param name="Basis">What the expectation rests on.</param>
/// <param name="OnceIn">How often chance alone would bring this; <see cref="TimeSpan.MaxValue"/> beyond 10,000 years.</param>
/// <param name="Knowledge">How far the series is known.</param>
public sealed record CountExplanation(DateTimeOffset From, TimeSpan Window, double Actual, double Expected, double Low, double High, Basis Basis, TimeSpan OnceIn, Knowledge Knowledge);
