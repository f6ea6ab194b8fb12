namespace A2AConsole.Core.Detection;

/// <summary>A detector's word about one agent at one time: how unlikely what it saw is, and why.</summary>
/// <param name="Kind">What is unusual.</param>
/// <param name="Agent">SPIFFE ID.</param>
/// <param name="At">The end of the window, or when the event was recorded (UTC).</param>
/// <param name="Score">−log10 of the probability of something as unusual in ordinary times; rules that need no statistics say 10.</param>
/// <param name="Why">What it saw beside what is usual.</param>
public sealed record Signal(AlertKind Kind, string Agent, DateTimeOffset At, double Score, AlertExplanation Why)
{
    /// <summary>What the alert is about within its kind and agent (a type of message, a peer, an item), or empty: one alert a cause.</summary>
    public string Cause { get; init; } = "";
    /// <summary>The leaves behind it, newest last; at most <see cref="MaxLeaves"/>.</summary>
    public IReadOnlyList<long> Leaves { get; init; } = [];
    /// <summary>How many events it stands for.</summary>
    public long Count { get; init; } = 1;
    /// <summary>The money in play, in ten-thousandths of <see cref="Currency"/>'s unit.</summary>
    public long Money { get; init; }
    /// <summary>ISO 4217, or null when no money is in play.</summary>
    public string? Currency { get; init; }
    /// <summary>What the demo world played, or null.</summary>
    public string? Demo { get; init; }

    /// <summary>Most leaves that a signal and an alert keep.</summary>
    public const int MaxLeaves = 50;
}

/// <summary>Why something is unusual, for people: kept with the alert as JSON.</summary>
public sealed record AlertExplanation
{
    /// <summary>One sentence with the numbers: "forecast sent 412 messages to 9 counterparties between 10:00 and 10:05; usual for a Tuesday is 40–70 to 2".</summary>
    public required string Sentence { get; init; }
    /// <summary>What was measured, in <see cref="Unit"/>; null for rules.</summary>
    public double? Actual { get; init; }
    public double? Expected { get; init; }
    /// <summary>The usual band, from…</summary>
    public double? Low { get; init; }
    /// <summary>…to.</summary>
    public double? High { get; init; }
    /// <summary>"messages in 5 minutes", "EUR".</summary>
    public string? Unit { get; init; }
    /// <summary>What the expectation rests on: "same hour of the week, 6 weeks".</summary>
    public string? Basis { get; init; }
    /// <summary>About once in how many days something as unusual happens by chance; null for rules.</summary>
    public double? OnceInDays { get; init; }
    /// <summary>What contributed, the largest share first.</summary>
    public IReadOnlyList<AlertFeature> Features { get; init; } = [];
    /// <summary>The measured values around it with the usual band: what the picture draws. Oldest first, at most 288.</summary>
    public IReadOnlyList<AlertPoint> Series { get; init; } = [];
}

/// <summary>One contributing feature. <paramref name="Share"/> is its part of the whole, 0 to 1.</summary>
public sealed record AlertFeature(string Name, double Share, string? Actual, string? Usual);

/// <summary>A measured value with what was usual.</summary>
public sealed record AlertPoint(DateTimeOffset At, double Actual, double? Low, double? High);
