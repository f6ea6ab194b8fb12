namespace A2AConsole.Data.Entities;

/// <summary>Events by minute and verdict over all agents. <see cref="Code"/> is <c>admitted</c> or a refusal's text.</summary>
public sealed class TrafficMinute
{
    /// <summary>Minutes since the Unix epoch.</summary>
    public int Minute { get; set; }
    public required string Code { get; set; }
    public long Count { get; set; }
}

/// <summary>One agent's events by hour and verdict.</summary>
public sealed class AgentHour
{
    public int AgentNumber { get; set; }
    /// <summary>Hours since the Unix epoch.</summary>
    public int Hour { get; set; }
    public required string Code { get; set; }
    public long Count { get; set; }
}

/// <summary>Whom an agent addressed with which type of message (admitted only). Times are Unix milliseconds (UTC).</summary>
public sealed class Counterparty
{
    public int AgentNumber { get; set; }
    /// <summary>The audience's SPIFFE ID, or empty when the event named none.</summary>
    public required string Peer { get; set; }
    public required string Type { get; set; }
    public long Count { get; set; }
    public long FirstSeenAt { get; set; }
    public long LastSeenAt { get; set; }
}
