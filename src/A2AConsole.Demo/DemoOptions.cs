namespace A2AConsole.Demo;

/// <summary>How the demo world runs. Section <c>A2AConsole:Demo</c>.</summary>
public sealed class DemoOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "A2AConsole:Demo";

    /// <summary>Where the agents keep their keys and the demo its progress; a directory of its own.</summary>
    public string Directory { get; set; } = "";

    /// <summary>What the story is drawn from: the same seed tells the same story.</summary>
    public int Seed { get; set; } = 2026;

    /// <summary>Messages a second of all agents together, at an average hour of the day; the rhythm makes it half to one and a half of that.</summary>
    public double EventsPerSecond { get; set; } = 0.4;

    /// <summary>Whether the first start writes a past.</summary>
    public bool History { get; set; } = true;

    /// <summary>How far the past reaches back.</summary>
    public TimeSpan HistoryLength { get; set; } = TimeSpan.FromDays(7);

    /// <summary>About how many events the past has.</summary>
    public int HistoryEvents { get; set; } = 40_000;

    /// <summary>Whether attacks are played.</summary>
    public bool Attacks { get; set; } = true;

    /// <summary>When the first attack comes, after the agents have started.</summary>
    public TimeSpan FirstAttackAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The shortest pause between attacks while each is played for the first time; the longest is twice as long.</summary>
    public TimeSpan AttackInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The same once each has been played: whoever leaves the demo running should not find charts of nothing but attacks.</summary>
    public TimeSpan LaterAttackInterval { get; set; } = TimeSpan.FromMinutes(2);
}
