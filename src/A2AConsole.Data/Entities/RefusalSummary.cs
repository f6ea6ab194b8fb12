namespace A2AConsole.Data.Entities;

/// <summary>
/// An agent's refusals past the limit in a minute that is not over: counted here in the same transaction as the rest, so that
/// a crash loses none. When the minute is over it becomes a leaf and a <see cref="QuarantineItem"/>, and the row goes.
/// </summary>
public sealed class RefusalSummary
{
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    /// <summary>Minutes since the Unix epoch.</summary>
    public int Minute { get; set; }
    public long Count { get; set; }
    /// <summary>Bytes received.</summary>
    public long Size { get; set; }
    /// <summary>How many of which code: <c>replayed 20, malformed 3</c>.</summary>
    public required string Codes { get; set; }
    public string? Demo { get; set; }
}
