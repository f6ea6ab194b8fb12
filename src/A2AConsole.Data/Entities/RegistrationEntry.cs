using A2AConsole.Core.Identity;

namespace A2AConsole.Data.Entities;

/// <summary>
/// Which identity may be issued to whom, on what evidence: nothing is issued that no entry allows. An entry names one environment
/// and one role, so production, staging, partner and test never share one. Times are UTC.
/// </summary>
public sealed class RegistrationEntry
{
    public int Id { get; set; }
    public required string Environment { get; set; }
    public required string Role { get; set; }
    /// <summary>The agent's name, or <c>*</c> for every name of the role. A named entry goes before the role's.</summary>
    public required string Name { get; set; }
    public required string Organisation { get; set; }
    /// <summary>The owner that its agents begin with; null is shown as a gap to close.</summary>
    public string? Owner { get; set; }
    public RiskTier Tier { get; set; }
    /// <summary>The longest lifetime of its certificates, in seconds; low assurance shortens it.</summary>
    public int CertificateSeconds { get; set; }
    /// <summary>Ids of key algorithms (<c>AlgorithmRegistry</c>), separated by spaces.</summary>
    public required string KeyAlgorithms { get; set; }
    /// <summary>Whether its events need a post-quantum signature beside the classical one.</summary>
    public bool RequiresDualSignature { get; set; }
    /// <summary>False: nothing is issued or renewed under it.</summary>
    public bool IsEnabled { get; set; } = true;
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public required string ChangedBy { get; set; }
    public bool IsDemo { get; set; }
    public List<RequiredEvidence> Evidence { get; set; } = [];
}

/// <summary>One kind of evidence that an entry requires, with its reference values.</summary>
public sealed class RequiredEvidence
{
    public int EntryId { get; set; }
    public RegistrationEntry? Entry { get; set; }
    /// <summary>One of <c>Core.Attestation.EvidenceKind</c>.</summary>
    public required string Kind { get; set; }
    /// <summary>Reference values: a JSON object in the kind's shape.</summary>
    public required string Reference { get; set; }
    /// <summary>Whether a renewal needs it afresh, too.</summary>
    public bool AtRenewal { get; set; }
}
