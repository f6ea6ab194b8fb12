namespace A2AConsole.Data.Entities;

/// <summary>One run of the emergency playbook: an authority key is given up and every agent re-enrolled. Times are UTC.</summary>
public sealed class RekeyRun
{
    public int Id { get; set; }
    public required string Reason { get; set; }
    public RekeyStep Step { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public required string StartedBy { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public DateTimeOffset? PausedAt { get; set; }
    /// <summary>How many agents a second may re-enrol.</summary>
    public int PerSecond { get; set; }
    /// <summary>The fingerprint of the authority that is given up, and of the new one once it is there.</summary>
    public required string OldAuthority { get; set; }
    public string? NewAuthority { get; set; }
    public List<RekeyAgent> Agents { get; set; } = [];
}

/// <summary>How far a run has come. Each step is durable before the next begins, so a run can be resumed after a crash.</summary>
public enum RekeyStep { Prepared, AuthorityMade, OldTainted, ReEnrolling, OldRevoked, Finished, Cancelled }

/// <summary>One agent in a run.</summary>
public sealed class RekeyAgent
{
    public int RunId { get; set; }
    public RekeyRun? Run { get; set; }
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    public RekeyState State { get; set; }
    /// <summary>Why it is stuck.</summary>
    public string? Detail { get; set; }
    public DateTimeOffset? CalledAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>Where an agent is in a run.</summary>
public enum RekeyState { Waiting, Called, Done, Stuck }
