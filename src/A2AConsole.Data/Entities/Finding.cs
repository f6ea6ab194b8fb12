namespace A2AConsole.Data.Entities;

/// <summary>A weakness that the system found by itself: open until what it says no longer holds, or somebody closed it. Times are UTC.</summary>
public sealed class Finding
{
    /// <summary>As <see cref="ClosedBy"/>: nobody closed it, what it said ceased to hold.</summary>
    public const string System = "system";

    /// <summary>The ledger leaf that opened it.</summary>
    public long Id { get; set; }
    public FindingKind Kind { get; set; }
    /// <summary>What it is about, within its kind: a SPIFFE ID, a serial, a key id, a role, an algorithm.</summary>
    public required string Subject { get; set; }
    public int? AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    /// <summary>One sentence for people.</summary>
    public required string Detail { get; set; }
    /// <summary>What was found, beside…</summary>
    public string? Measured { get; set; }
    /// <summary>…what was expected.</summary>
    public string? Reference { get; set; }
    public DateTimeOffset FirstSeenAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public long Count { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? ClosedBy { get; set; }
    public string? ClosedReason { get; set; }
    /// <summary>
    /// When what it says ceased to hold; null while it holds. What a person closed while it holds is not opened again until it
    /// was over, or says something else.
    /// </summary>
    public DateTimeOffset? OverAt { get; set; }
}

/// <summary>What can be found.</summary>
public enum FindingKind
{
    /// <summary>A valid certificate of our authority that is not on the ledger.</summary>
    UnloggedCertificate,
    /// <summary>A measured value differs from the reference value.</summary>
    AttestationDrift,
    AttestationFailed,
    /// <summary>Four fifths of its life are over and no newer certificate came.</summary>
    RenewalMissed,
    /// <summary>The agent's clock differs from ours by more than policy allows.</summary>
    ClockSkew,
    /// <summary>A certificate lives longer than its entry allows.</summary>
    LifetimeOverPolicy,
    /// <summary>One key serves two identities.</summary>
    SharedKey,
    /// <summary>One runtime serves two identities.</summary>
    SharedRuntime,
    /// <summary>Nobody answers for the agent, or for one of its duties.</summary>
    NoOwner,
    /// <summary>The tier asks for more evidence than the entry requires.</summary>
    TierShortfall,
    /// <summary>Somebody still uses an algorithm that is about to be refused.</summary>
    AlgorithmDeprecated,
    /// <summary>A review was not done in time.</summary>
    ReviewLapsed,
    /// <summary>The authority does not answer.</summary>
    AuthorityOutage,
    /// <summary>A certificate that was taken back, or whose agent is suspended or retired, is still shown.</summary>
    UsedAfterSuspension,
    /// <summary>An A2A message was not what the signed event that it carries says.</summary>
    MessageDiffers,
    /// <summary>An agent's card does not stand: its signature, its form, or where it leads.</summary>
    CardRefused,
    /// <summary>An agent's card is not the one that was pinned.</summary>
    CardChanged,
    /// <summary>Policy could not be asked, or could not answer: what would have changed something was denied.</summary>
    PolicyFault,
    /// <summary>An agent's commitments in parts came to what one of them alone would not have been allowed.</summary>
    LimitReached,
    /// <summary>An approval was used twice, for something else, above its limit or after its end.</summary>
    ApprovalMisused,
    /// <summary>An agent asks for more approvals than may wait.</summary>
    ApprovalFlood,
    /// <summary>We stopped, or lost the line, while a released message was being delivered: nobody knows whether its receiver acted.</summary>
    DeliveryUnknown,
}
