using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;

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
    public DateTimeOffset? StateChangedAt { get; set; }
    /// <summary>The registration entry that its newest certificate was issued under.</summary>
    public int? EntryId { get; set; }
    public RegistrationEntry? Entry { get; set; }
    /// <summary>The assurance of the evidence that its newest certificate was issued on.</summary>
    public AssuranceLevel? Assurance { get; set; }
    public DateTimeOffset? AttestedAt { get; set; }
    /// <summary>Somebody asked for a new key and certificate; cleared by the renewal that brings them.</summary>
    public DateTimeOffset? RotationRequestedAt { get; set; }
    public string? RotationRequestedBy { get; set; }
    /// <summary>Since when renewals are held back, and why; null when they are not.</summary>
    public DateTimeOffset? RenewalHeldAt { get; set; }
    public string? RenewalHeldReason { get; set; }
    /// <summary>How far its clock was ahead of ours (milliseconds; negative: behind) when the edge last looked.</summary>
    public int? ClockSkewMs { get; set; }
}

