namespace A2AConsole.Data.Entities;

/// <summary>A refused event with its bytes, or a summary of a minute's refusals past the limit. Times are UTC.</summary>
public sealed class QuarantineItem
{
    /// <summary>Its ledger leaf.</summary>
    public long Id { get; set; }
    public int? AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    public DateTimeOffset RecordedAt { get; set; }
    /// <summary><see cref="Core.Admission.Refusal.Text"/> or a connection's refusal code; <c>summary</c> for a summary.</summary>
    public required string Code { get; set; }
    public string? Detail { get; set; }
    public string? MessageId { get; set; }
    public string? Type { get; set; }
    /// <summary>SHA-256, lower-case hex.</summary>
    public string? Digest { get; set; }
    public string? RemoteAddress { get; set; }
    /// <summary>How many refusals it stands for: 1, or more in a summary.</summary>
    public long Count { get; set; }
    /// <summary>Bytes received.</summary>
    public long Size { get; set; }
    public string? Demo { get; set; }
    /// <summary>The work on it; null while nobody did anything.</summary>
    public QuarantineCase? Case { get; set; }
    // Last, so that a list that reads the other columns does not walk through the bytes' overflow pages.
    /// <summary>What was received (a prefix when oversize; empty in a summary or after retention).</summary>
    public byte[]? Bytes { get; set; }
}
