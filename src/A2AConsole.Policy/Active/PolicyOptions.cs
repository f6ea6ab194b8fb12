namespace A2AConsole.Policy.Active;

/// <summary>How policy is set up.</summary>
public sealed class PolicyOptions
{
    public const string Section = "A2AConsole:Policy";

    /// <summary>The bundle (directory or zip archive) that becomes active at the first start; null: the one that is shipped. Later changes go through versions.</summary>
    public string? Bundle { get; set; }

    /// <summary>Where the compiled engine is kept; null: the user's local application data.</summary>
    public string? CacheDirectory { get; set; }

    /// <summary>How often a process looks for what others activated.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one evaluation may take; then it is a deny.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The evaluation endpoint (AuthZEN 1.0) of an external decision point that decides instead of the active bundle's policies; null: the policies decide. What is asked about, the bundle
    /// still says; no answer, a late or a wrong one is a deny.
    /// </summary>
    public Uri? AuthZenEndpoint { get; set; }

    /// <summary>How long it may take.</summary>
    public TimeSpan AuthZenTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The window over which an agent's commitments are counted together.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many of one agent's messages may wait at once; what comes above is refused.</summary>
    public int MostPending { get; set; } = 10;

    /// <summary>After which share of its time a request for approval is escalated, 0 to 1.</summary>
    public double EscalateAfter { get; set; } = 0.5;

    /// <summary>Whether what is made at the first start belongs to the demo.</summary>
    public bool IsDemo { get; set; }
}
