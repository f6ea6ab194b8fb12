namespace A2AConsole.Data.Entities;

/// <summary>What somebody is told outside of the console.</summary>
public enum NoticeKind
{
    /// <summary>A request waits for people.</summary>
    ApprovalAsked,
    /// <summary>Half of a request's time is over and nobody decided.</summary>
    ApprovalEscalated,
    /// <summary>A quarantined item was put before the managers.</summary>
    QuarantineEscalated,
    /// <summary>Detection raised an alert that somebody should not have to look for.</summary>
    AlertRaised,
    /// <summary>Somebody tries whether notices arrive.</summary>
    Test,
}

/// <summary>One notice on one way, sent once it has arrived there. Times are UTC.</summary>
public sealed class Notice
{
    public int Id { get; set; }
    public NoticeKind Kind { get; set; }
    /// <summary>What it is about, within its kind: the approval's number, the item's leaf.</summary>
    public long About { get; set; }
    /// <summary>The way: <c>smtp</c>, <c>webhook</c>.</summary>
    public required string Channel { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When it is tried next; null when it arrived or was given up.</summary>
    public DateTimeOffset? NextAt { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    /// <summary>To whom, or why not, in a sentence.</summary>
    public string? Outcome { get; set; }
}
