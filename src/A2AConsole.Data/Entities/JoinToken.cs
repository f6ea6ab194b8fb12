namespace A2AConsole.Data.Entities;

/// <summary>A single-use permission to enrol one agent. The token itself is never stored.</summary>
public sealed class JoinToken
{
    /// <summary>SHA-256 of the token's secret, 32 bytes.</summary>
    public required byte[] Hash { get; set; }
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? SpentAt { get; set; }
}
