namespace A2AConsole.Data.Entities;

/// <summary>One appraisal of one piece of evidence. Times are UTC.</summary>
public sealed class AttestationRecord
{
    /// <summary>Its ledger leaf.</summary>
    public long Id { get; set; }
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    /// <summary>One of <c>Core.Attestation.EvidenceKind</c>.</summary>
    public required string Kind { get; set; }
    public DateTimeOffset At { get; set; }
    public bool IsAffirming { get; set; }
    /// <summary>The refusal's code; null when it was affirmed.</summary>
    public string? Code { get; set; }
    public string? Detail { get; set; }
    /// <summary>SHA-256 of the SubjectPublicKeyInfo that the evidence was bound to, lower-case hex.</summary>
    public required string KeyId { get; set; }
    /// <summary>What it runs on, where the evidence says so.</summary>
    public string? Runtime { get; set; }
    /// <summary>JSON array of <c>MeasuredClaim</c>.</summary>
    public required string Claims { get; set; }
    /// <summary>The signed result (EAT as JWT, RFC 9711).</summary>
    public string? Result { get; set; }
}
