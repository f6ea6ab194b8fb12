using A2AConsole.Core.Policies;

namespace A2AConsole.Data.Entities;

/// <summary>What policy decided about one message, with everything that it was made of. Times are UTC.</summary>
public sealed class Decision
{
    /// <summary>Its own ledger leaf.</summary>
    public long Id { get; set; }
    /// <summary>The leaf of the message's admission. A message that was held is decided more than once.</summary>
    public long MessageLeaf { get; set; }
    public required string MessageId { get; set; }
    /// <summary>The signed payload's digest, lower-case hex: whoever acts on the decision compares it with what it has.</summary>
    public required string Digest { get; set; }
    public int AgentNumber { get; set; }
    public Agent Agent { get; set; } = null!;
    /// <summary>The SPIFFE ID of the agent that it is for; empty when the message names none.</summary>
    public required string Receiver { get; set; }
    /// <summary>The message's type.</summary>
    public required string Type { get; set; }
    /// <summary>The policy action.</summary>
    public required string Action { get; set; }
    public DateTimeOffset At { get; set; }
    public PolicyVerdict Verdict { get; set; }
    /// <summary>A stable code when it is not allowed: <c>policy-denied</c>, <c>approval-required</c>, …</summary>
    public string? Code { get; set; }
    /// <summary>Until when an allow may be acted on; null unless it is one.</summary>
    public DateTimeOffset? ValidUntil { get; set; }
    /// <summary>The determining policies, joined by blanks.</summary>
    public required string Policies { get; set; }
    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; set; }
    /// <summary>One of <see cref="DecisionFaults"/>, when there was no proper answer.</summary>
    public string? Fault { get; set; }
    public required string BundleVersion { get; set; }
    public required string BundleDigest { get; set; }
    /// <summary>What it commits, in the smallest unit of the bundle's currency.</summary>
    public long Cost { get; set; }
    /// <summary>What the agent committed by this action in the window, this message included.</summary>
    public long Window { get; set; }
    /// <summary>0 to 100.</summary>
    public int Risk { get; set; }
    /// <summary>What the risk is made of, one reason a line, each with its points.</summary>
    public string? RiskReasons { get; set; }
    /// <summary>What the message names, as it names it.</summary>
    public string? Amount { get; set; }
    public string? Currency { get; set; }
    /// <summary>The approval that it rests on.</summary>
    public int? ApprovalId { get; set; }
    public string? Demo { get; set; }
    // Last, so that lists do not walk through it.
    /// <summary>The request as one line of JSON, so that another bundle can decide it again.</summary>
    public required byte[] Request { get; set; }
}

/// <summary>Which policy decided which decision: "what did this policy decide in the last days".</summary>
public sealed class DecisionPolicy
{
    public required string Policy { get; set; }
    public long DecisionId { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>What an agent committed, or waits to commit, by one action. Counts within the window.</summary>
public sealed class Commitment
{
    /// <summary>The agent's SPIFFE ID.</summary>
    public required string Agent { get; set; }
    public required string Action { get; set; }
    public required string Currency { get; set; }
    public required string MessageId { get; set; }
    public DateTimeOffset At { get; set; }
    /// <summary>In the currency's smallest unit.</summary>
    public long Minor { get; set; }
}

/// <summary>Where a held message stands.</summary>
public enum HeldState
{
    /// <summary>Waits for a person or for a second verification.</summary>
    Waiting,
    /// <summary>Allowed by a decision with its evidence; to be delivered.</summary>
    Released,
    /// <summary>Being delivered. After a stop in this state nobody knows whether the receiver acted.</summary>
    Delivering,
    Delivered,
    Rejected,
    /// <summary>Its sender took it back while it waited.</summary>
    Cancelled,
    Expired,
    /// <summary>The receiver could not be reached or refused it, finally.</summary>
    Undeliverable,
    /// <summary>We stopped while it was being delivered, and its receiver might act twice: a person finds out whether it acted.</summary>
    Unknown,
}

/// <summary>A message that waits for a decision, with the bytes to deliver. Times are UTC.</summary>
public sealed class HeldMessage
{
    /// <summary>The ledger leaf of its admission.</summary>
    public long Id { get; set; }
    public required string MessageId { get; set; }
    /// <summary>The signed payload's digest, lower-case hex: what an approval is bound to.</summary>
    public required string Digest { get; set; }
    public int AgentNumber { get; set; }
    public Agent Agent { get; set; } = null!;
    public required string Receiver { get; set; }
    public required string Type { get; set; }
    public required string Action { get; set; }
    public HeldState State { get; set; }
    /// <summary>The evidence that would lift the refusal, joined by blanks (<see cref="EvidenceRule"/>).</summary>
    public required string Needs { get; set; }
    public DateTimeOffset HeldAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary>How it ended, in a sentence.</summary>
    public string? Outcome { get; set; }
    /// <summary>The decision that held it.</summary>
    public long DecisionId { get; set; }
    /// <summary>The admission leaf of the message that verified it a second time.</summary>
    public long? VerifiedByLeaf { get; set; }
    public int Attempts { get; set; }
    /// <summary>A2A: the task that the sender was given, and its conversation; null for an event that was posted.</summary>
    public string? TaskId { get; set; }
    public string? ContextId { get; set; }
    /// <summary>A2A: JSON-RPC or the REST path that it came by; null for an event that was posted.</summary>
    public string? Route { get; set; }
    public string? Demo { get; set; }
    /// <summary>A2A: the request's body, to be delivered with our hop; else the envelope.</summary>
    public required byte[] Body { get; set; }
    /// <summary>A2A: what the receiver answered.</summary>
    public byte[]? Answer { get; set; }
}
