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

/// <summary>What one agent said to one other in one type of message in a day (UTC): admitted messages only.</summary>
public sealed class FlowDay
{
    public int AgentNumber { get; set; }
    /// <summary>Days since the Unix epoch.</summary>
    public int Day { get; set; }
    /// <summary>The audience's SPIFFE ID, or empty when the events named none.</summary>
    public required string Peer { get; set; }
    public required string Type { get; set; }
    public long Count { get; set; }
    /// <summary>Bytes received.</summary>
    public long Bytes { get; set; }
}

/// <summary>The money that the messages of a <see cref="FlowDay"/> named, by currency.</summary>
public sealed class FlowMoneyDay
{
    public int AgentNumber { get; set; }
    /// <summary>Days since the Unix epoch.</summary>
    public int Day { get; set; }
    /// <summary>As in <see cref="FlowDay.Peer"/>.</summary>
    public required string Peer { get; set; }
    public required string Type { get; set; }
    /// <summary>ISO 4217.</summary>
    public required string Currency { get; set; }
    /// <summary>In ten-thousandths of the currency's unit (<c>Core.Schemas.EventMoney</c>).</summary>
    public long Amount { get; set; }
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
