namespace A2AConsole.Data.Entities;

/// <summary>One step in the life of an agent or a certificate. Times are UTC.</summary>
public sealed class StateTransition
{
    /// <summary>Its ledger leaf.</summary>
    public long Id { get; set; }
    /// <summary>Several rows of one leaf (a role's agents suspended at once) are told apart by the agent.</summary>
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    /// <summary>The certificate's serial when the step is a certificate's; empty when it is the agent's.</summary>
    public required string Serial { get; set; }
    public required string From { get; set; }
    public required string To { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Actor { get; set; }
    public string? Reason { get; set; }
}
