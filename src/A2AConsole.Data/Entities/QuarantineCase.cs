using A2AConsole.Core.Quarantine;

namespace A2AConsole.Data.Entities;

/// <summary>The work on a quarantined item. There is none until somebody does something, unless policy put the item there. Times are UTC.</summary>
public sealed class QuarantineCase
{
    /// <summary>The item's leaf.</summary>
    public long Id { get; set; }
    public QuarantineState State { get; set; }
    /// <summary>The user name of who works on it.</summary>
    public string? Assignee { get; set; }
    /// <summary>The leaf of its admission, for a message that policy refused: its bytes are kept there.</summary>
    public long? MessageLeaf { get; set; }
    /// <summary>Whether its sender was told that its task (A2A) ended.</summary>
    public bool IsTask { get; set; }
    /// <summary>Where it was admitted, or decided, on its release.</summary>
    public long? ReleasedLeaf { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public ICollection<QuarantineStep> Steps { get; } = [];
}

/// <summary>What somebody did about a quarantined item. Times are UTC.</summary>
public sealed class QuarantineStep
{
    public int Id { get; set; }
    public long CaseId { get; set; }
    public QuarantineMove Move { get; set; }
    /// <summary>User name.</summary>
    public required string By { get; set; }
    /// <summary>Who it was given to.</summary>
    public string? To { get; set; }
    public required string Note { get; set; }
    /// <summary>What came of it, in a sentence.</summary>
    public string? Outcome { get; set; }
    public DateTimeOffset At { get; set; }
    /// <summary>Its ledger leaf.</summary>
    public long Leaf { get; set; }
}
