namespace A2AConsole.Data.Entities;

/// <summary>A periodic review of chosen agents by their owners. Times are UTC.</summary>
public sealed class ReviewCampaign
{
    public int Id { get; set; }
    public required string Title { get; set; }
    /// <summary>Which agents it chose, in words.</summary>
    public required string Covers { get; set; }
    public CampaignState State { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset DueAt { get; set; }
    /// <summary>From then on a lapsed review holds the agent's renewals.</summary>
    public DateTimeOffset GraceEndsAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public string? FinishedBy { get; set; }
    /// <summary>The finished campaign's signed record (a DSSE envelope, JSON), or null.</summary>
    public string? Record { get; set; }
    /// <summary>The record's signer and its issuers, PEM, as they were when it was signed.</summary>
    public string? RecordChain { get; set; }
    /// <summary>The ledger leaf that carries the record's digest.</summary>
    public long? RecordLeaf { get; set; }
    public bool IsDemo { get; set; }
    public List<ReviewItem> Items { get; set; } = [];
}

/// <summary>Where a campaign is.</summary>
public enum CampaignState
{
    /// <summary>Its agents are being gathered: nobody sees it yet. One that was left so is cancelled.</summary>
    Draft,
    Open,
    Finished,
    Cancelled,
}

/// <summary>One agent in a campaign. Times are UTC.</summary>
public sealed class ReviewItem
{
    public int CampaignId { get; set; }
    public ReviewCampaign? Campaign { get; set; }
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    /// <summary>The owner when the campaign began; null when nobody answered for the agent.</summary>
    public string? Reviewer { get; set; }
    /// <summary>Who reviews in the owner's place.</summary>
    public string? Delegate { get; set; }
    public ReviewDecision Decision { get; set; }
    public string? Reason { get; set; }
    /// <summary>What was changed, in words; null when nothing was.</summary>
    public string? Changes { get; set; }
    /// <summary>The decision's ledger leaf.</summary>
    public long? Leaf { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string? DecidedBy { get; set; }
    public DateTimeOffset? RemindedAt { get; set; }
    /// <summary>When renewals were held because nobody decided.</summary>
    public DateTimeOffset? LapsedAt { get; set; }
}

/// <summary>What a reviewer decided.</summary>
public enum ReviewDecision { Pending, Confirmed, Changed, Retired }
