namespace A2AConsole.Data.Entities;

/// <summary>What this site decided about one use of an algorithm, over what the registry says of it. Times are UTC.</summary>
public sealed class AlgorithmRule
{
    /// <summary>The algorithm's id in the registry.</summary>
    public required string Algorithm { get; set; }
    /// <summary>One of <c>Core.Crypto.AlgorithmUseNames</c>, e.g. <c>envelope</c>.</summary>
    public required string Use { get; set; }
    /// <summary><c>Preferred</c>, <c>Allowed</c>, <c>Deprecated</c> or <c>Forbidden</c>.</summary>
    public required string Status { get; set; }
    /// <summary>From then on it is refused.</summary>
    public DateTimeOffset? NotAfter { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public required string ChangedBy { get; set; }
    public required string Reason { get; set; }
}

/// <summary>That an agent used an algorithm for something. Written in quarters of an hour, not at each event. Times are UTC.</summary>
public sealed class AlgorithmUse
{
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    /// <summary>The algorithm's id in the registry.</summary>
    public required string Algorithm { get; set; }
    /// <summary>One of <c>Core.Crypto.AlgorithmUseNames</c>: <c>agent-key</c> or <c>envelope</c>.</summary>
    public required string Use { get; set; }
    public DateTimeOffset FirstSeenAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
}
