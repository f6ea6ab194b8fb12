namespace A2AConsole.Detection;

/// <summary>How detection works, section <c>A2AConsole:Detection</c>.</summary>
public sealed class DetectionOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "A2AConsole:Detection";

    /// <summary>Whether this process reads the ledger for what is unusual.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How many alerts a day people can look at; those beyond it, the least severe first, wait as low ones and are counted.</summary>
    public int AlertsADay { get; set; } = 50;

    /// <summary>How unlikely something must be before it is an alert, in −log10 p: 5 is once in a hundred thousand windows.</summary>
    public double Threshold { get; set; } = 5;

    /// <summary>How long an agent is watched before it is judged by its own past.</summary>
    public TimeSpan Learning { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How long an alert stays the same one after what it is about was last seen.</summary>
    public TimeSpan Episode { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How often windows are closed while nothing comes in.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a claim may wait for a second source that supports it.</summary>
    public TimeSpan Corroboration { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How often what was learned is saved; after a restart the ledger is read again from there.</summary>
    public TimeSpan SaveEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>From which amount on, in units of each currency, what is at stake is high; ten times it is critical.</summary>
    public decimal HighAmount { get; set; } = 25_000;

    /// <summary>How far back a fresh start reads, so that there is something to learn from.</summary>
    public TimeSpan LookBack { get; set; } = TimeSpan.FromDays(28);

    /// <summary>A database of networks and places in MaxMind's format (.mmdb), with countries or cities; null: places are networks only.</summary>
    public string? PlacesFile { get; set; }

    /// <summary>A database of autonomous systems in MaxMind's format (.mmdb); null: none are told apart.</summary>
    public string? SystemsFile { get; set; }

    /// <summary>How often models are trained anew.</summary>
    public TimeSpan TrainEvery { get; set; } = TimeSpan.FromDays(1);
}
