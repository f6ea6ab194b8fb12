using A2AConsole.Core.Identity;

namespace A2AConsole.Data.Entities;

/// <summary>A certificate that our authority issued. Times are UTC.</summary>
public sealed class Certificate
{
    /// <summary>The ledger leaf of its issuance: time-ordered.</summary>
    public long Id { get; set; }
    /// <summary>Lower-case hex, without leading zeros dropped.</summary>
    public required string Serial { get; set; }
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex: the <c>keyid</c> of its envelopes.</summary>
    public required string KeyId { get; set; }
    public DateTimeOffset NotBefore { get; set; }
    public DateTimeOffset NotAfter { get; set; }
    public DateTimeOffset IssuedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? RevocationReason { get; set; }
    public string? RevokedBy { get; set; }
    /// <summary>RFC 5280's reason; null when it was not revoked. <c>CertificateHold</c> can be lifted again.</summary>
    public RevocationReason? RevocationCode { get; set; }
    /// <summary>When a newer certificate of the agent took its place.</summary>
    public DateTimeOffset? SupersededAt { get; set; }
    /// <summary>When it is to be revoked as superseded, since somebody asked for the rotation that replaced it; null when it may live on.</summary>
    public DateTimeOffset? WithdrawAt { get; set; }
    /// <summary>The id of the authority's key that signed it (SHA-256 of its SubjectPublicKeyInfo, lower-case hex).</summary>
    public required string IssuerKeyId { get; set; }
    /// <summary>The key's algorithm, by its id in the registry.</summary>
    public required string Algorithm { get; set; }
    /// <summary>The id and the algorithm of the further signing key that it carries, or null.</summary>
    public string? SigningKeyId { get; set; }
    public string? SigningAlgorithm { get; set; }
    /// <summary>DER.</summary>
    public required byte[] Der { get; set; }
}
