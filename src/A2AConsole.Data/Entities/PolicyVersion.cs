namespace A2AConsole.Data.Entities;

/// <summary>Where a version of the policy bundle stands in its life.</summary>
public enum PolicyVersionState
{
    /// <summary>Being edited.</summary>
    Draft,
    /// <summary>Validated and tested; may be shadowed and approved.</summary>
    Tested,
    /// <summary>Decides beside the active one, without effect.</summary>
    Shadowing,
    /// <summary>A second person approved it; may be activated.</summary>
    Approved,
    /// <summary>Decides. One version at most.</summary>
    Active,
    /// <summary>Decided once; may be rolled back to.</summary>
    Superseded,
    /// <summary>Given up.</summary>
    Discarded,
}

/// <summary>One version of the policy bundle. Times are UTC.</summary>
public sealed class PolicyVersion
{
    public int Id { get; set; }
    public required string Name { get; set; }
    public required string Version { get; set; }
    /// <summary>The digest of every byte of its files (<c>sha256:…</c>).</summary>
    public required string Digest { get; set; }
    public PolicyVersionState State { get; set; }
    /// <summary>Its files: JSON, path to text.</summary>
    public required byte[] Files { get; set; }
    /// <summary>The version that it was edited from.</summary>
    public int? BasedOnId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    /// <summary>Why, in its author's words.</summary>
    public string? Note { get; set; }
    public int TestsPassed { get; set; }
    public int TestsFailed { get; set; }
    public int? MutantsKilled { get; set; }
    public int? MutantsSurvived { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ActivatedAt { get; set; }
    public string? ActivatedBy { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary>The ledger leaf of its last step.</summary>
    public long Leaf { get; set; }
    public bool IsDemo { get; set; }
}

/// <summary>What an agent may act as, for how long, where and for what. Times are UTC.</summary>
public sealed class Grant
{
    public int Id { get; set; }
    public int AgentNumber { get; set; }
    public Agent Agent { get; set; } = null!;
    /// <summary>The policy role.</summary>
    public required string Role { get; set; }
    /// <summary>The task that it is for; <c>*</c>: any.</summary>
    public required string Task { get; set; }
    /// <summary>The environments, joined by blanks.</summary>
    public required string Environments { get; set; }
    public DateTimeOffset NotBefore { get; set; }
    public DateTimeOffset NotAfter { get; set; }
    /// <summary>The most that one action may commit, in the smallest unit of the bundle's currency; null: the policies' own limits.</summary>
    public long? CostLimit { get; set; }
    /// <summary>The most risk that one action may have, 0 to 100; null: the policies' own limits.</summary>
    public int? RiskLimit { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? RevokedBy { get; set; }
    public bool IsDemo { get; set; }
}
