namespace A2AConsole.Detection.Counts;

/// <summary>How counts are judged; one set for all series.</summary>
public sealed record CountOptions
{
    public static CountOptions Default { get; } = new();

    /// <summary>θ: from this surprise (−log10 p) on it is told.</summary>
    public double Threshold { get; init; } = 5;

    /// <summary>Days of data before anything is said.</summary>
    public int LearningDays { get; init; } = 3;

    /// <summary>The least excess over what is expected that matters, in counts.</summary>
    public double LeastExcess { get; init; } = 6;

    /// <summary>A burst is at least this many times what is expected.</summary>
    public double LeastRatio { get; init; } = 2;

    /// <summary>A silence holds at most this share of what is expected.</summary>
    public double SilenceShare { get; init; } = 0.25;

    /// <summary>A drift has changed the level at least by this share within three weeks.</summary>
    public double DriftShare { get; init; } = 0.25;

    /// <summary>What was told is told again within this time only when worse.</summary>
    public TimeSpan Refractory { get; init; } = TimeSpan.FromHours(6);

    /// <summary>"Worse" is this many times what was told.</summary>
    public double Worse { get; init; } = 2;

    /// <summary>A drift is worse when its surprise is greater by this.</summary>
    public double DriftWorse { get; init; } = 3;
}
