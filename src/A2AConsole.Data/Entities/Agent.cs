namespace A2AConsole.Data.Entities;

/// <summary>An agent that may hold certificates. Times are UTC.</summary>
public sealed class Agent
{
    /// <summary>Small local key; the identity is <see cref="SpiffeId"/>.</summary>
    public int Number { get; set; }
    public required string SpiffeId { get; set; }
    public required string Environment { get; set; }
    public required string Role { get; set; }
    public required string Name { get; set; }
    public required string Organisation { get; set; }
    /// <summary>The owner's user name; null is shown as a gap to close.</summary>
    public string? Owner { get; set; }
    public AgentState State { get; set; }
    public RiskTier Tier { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? EnrolledAt { get; set; }
    public DateTimeOffset? LastSeenAt { get; set; }
    public long Admitted { get; set; }
    public long Refused { get; set; }
    /// <summary>The newest certificate, repeated here so that lists sort without a join.</summary>
    public string? CertificateSerial { get; set; }
    public DateTimeOffset? CertificateNotBefore { get; set; }
    public DateTimeOffset? CertificateNotAfter { get; set; }
    public bool IsDemo { get; set; }
}

/// <summary>Where an agent is in its life.</summary>
public enum AgentState
{
    /// <summary>Named and allowed to enrol; has no certificate yet.</summary>
    Invited,
    Active,
    /// <summary>Its last certificate was revoked.</summary>
    Revoked,
}

/// <summary>How much harm an agent's decisions can do.</summary>
public enum RiskTier { Low, Medium, High, Critical }
