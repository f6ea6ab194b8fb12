namespace A2AConsole.Data.Entities;

/// <summary>Lets a program of somebody read what she may read. Times are UTC.</summary>
public sealed class ApiToken
{
    public int Id { get; set; }
    /// <summary>What it is for.</summary>
    public required string Name { get; set; }
    /// <summary>User name of who made it and answers for it.</summary>
    public required string Owner { get; set; }
    /// <summary>The role that it acts in, one of its owner's; it ends when she loses it.</summary>
    public required string Role { get; set; }
    /// <summary>SHA-256 of the secret, lower-case hex; the secret itself is shown once and kept nowhere.</summary>
    public required string Hash { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? RevokedBy { get; set; }
    /// <summary>Its ledger leaf.</summary>
    public long Leaf { get; set; }
}

/// <summary>How far a destination of the export has what the ledger holds: one row a destination. Times are UTC.</summary>
public sealed class ExportCursor
{
    /// <summary>The destination: <c>file</c>, <c>http</c>, <c>otlp</c>.</summary>
    public required string Name { get; set; }
    /// <summary>The first leaf that it does not have.</summary>
    public long Next { get; set; }
    /// <summary>Records that it took.</summary>
    public long Sent { get; set; }
    /// <summary>Records that it will not take; they lie in the dead-letter file.</summary>
    public long Dead { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    /// <summary>Since when it does not answer as it should; null while it does.</summary>
    public DateTimeOffset? FailingSince { get; set; }
    /// <summary>What it said last, in a sentence.</summary>
    public string? Outcome { get; set; }
}
