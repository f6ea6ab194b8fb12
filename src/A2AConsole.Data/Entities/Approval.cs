namespace A2AConsole.Data.Entities;

/// <summary>Where a request for approval stands.</summary>
public enum ApprovalState
{
    Pending,
    /// <summary>Somebody asked the agent's owner back; the clock goes on.</summary>
    AskedBack,
    /// <summary>Enough people approved; may be used once, within its limit, until its end.</summary>
    Approved,
    Refused,
    Expired,
    /// <summary>What it was asked for went away: the agent was suspended, the message rejected.</summary>
    Withdrawn,
    /// <summary>Its message was released on it.</summary>
    Used,
}

/// <summary>A request that people decide: bound to one message's digest, action and limit, and used once. Times are UTC.</summary>
public sealed class Approval
{
    public int Id { get; set; }
    /// <summary>The held message (its admission leaf).</summary>
    public long HeldMessageId { get; set; }
    public HeldMessage HeldMessage { get; set; } = null!;
    public required string MessageId { get; set; }
    /// <summary>The signed payload's digest, lower-case hex.</summary>
    public required string Digest { get; set; }
    public required string Action { get; set; }
    public int AgentNumber { get; set; }
    public Agent Agent { get; set; } = null!;
    /// <summary>The user name of the agent's owner when it was asked: she may not decide.</summary>
    public string? Owner { get; set; }
    /// <summary>What is asked, in a sentence.</summary>
    public required string Asked { get; set; }
    /// <summary>Why this needs a person, in a sentence: the policies' reasons.</summary>
    public required string Why { get; set; }
    public string? Amount { get; set; }
    public string? Currency { get; set; }
    /// <summary>What it commits, in the smallest unit of the bundle's currency; and that currency.</summary>
    public long Cost { get; set; }
    public required string CostCurrency { get; set; }
    public int Risk { get; set; }
    /// <summary>low, medium, high, critical.</summary>
    public required string Tier { get; set; }
    /// <summary>How many must approve, and the role that they hold.</summary>
    public int Quorum { get; set; }
    public required string ApproverRole { get; set; }
    /// <summary>Like requests carry the same: agent, action, receiver.</summary>
    public required string GroupKey { get; set; }
    public ApprovalState State { get; set; }
    public DateTimeOffset AskedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? EscalatedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? Outcome { get; set; }
    /// <summary>The lowest limit that an approver set, in the smallest unit of <see cref="CostCurrency"/>.</summary>
    public long? Limit { get; set; }
    public string? Demo { get; set; }
    public ICollection<ApprovalVote> Votes { get; } = [];
}

/// <summary>What one person said to a request.</summary>
public enum ApprovalChoice
{
    Approve,
    /// <summary>Approve up to a lower limit.</summary>
    ApproveLimited,
    Refuse,
    AskBack,
}

/// <summary>One person's decision, with the passkey's signature over it, so that it can be verified without us. Times are UTC.</summary>
public sealed class ApprovalVote
{
    public int Id { get; set; }
    public int ApprovalId { get; set; }
    public Approval Approval { get; set; } = null!;
    /// <summary>The user name of who decided.</summary>
    public required string Approver { get; set; }
    /// <summary>The user name of who delegated to her, where she decided for somebody.</summary>
    public string? OnBehalfOf { get; set; }
    public ApprovalChoice Choice { get; set; }
    public required string Reason { get; set; }
    public long? Limit { get; set; }
    public DateTimeOffset At { get; set; }
    /// <summary>Its ledger leaf.</summary>
    public long Leaf { get; set; }
    /// <summary>The decision record that was signed: JSON.</summary>
    public required byte[] Record { get; set; }
    /// <summary>The passkey's assertion over it: JSON with credential id, public key, authenticator data, client data and signature.</summary>
    public byte[]? Assertion { get; set; }
}

/// <summary>Who decides in whose place, from when to when.</summary>
public sealed class ApprovalDelegation
{
    public int Id { get; set; }
    /// <summary>User names.</summary>
    public required string From { get; set; }
    public required string To { get; set; }
    public DateTimeOffset NotBefore { get; set; }
    public DateTimeOffset NotAfter { get; set; }
    public required string Reason { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}
