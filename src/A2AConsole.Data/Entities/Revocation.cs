using A2AConsole.Core.Identity;

namespace A2AConsole.Data.Entities;

/// <summary>One act of revoking, of one certificate or of many at once. Times are UTC.</summary>
public sealed class Revocation
{
    /// <summary>Its ledger leaf.</summary>
    public long Id { get; set; }
    public RevocationScope Scope { get; set; }
    /// <summary>The serial, SPIFFE ID, role, environment, organisation, or authority's key id.</summary>
    public required string Target { get; set; }
    public RevocationReason Reason { get; set; }
    /// <summary>What the person who revoked wrote.</summary>
    public string? Note { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Actor { get; set; }
    /// <summary>When the last of its certificates was marked; null while that goes on. It holds from its leaf on all the same.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
    /// <summary>How many certificates it took back so far.</summary>
    public int Certificates { get; set; }
}

/// <summary>What a revocation reaches.</summary>
public enum RevocationScope { Certificate, Agent, Role, Environment, Organisation, AuthorityKey }
