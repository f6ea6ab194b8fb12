namespace A2AConsole.Data.Entities;

/// <summary>Who answers for one duty towards one agent.</summary>
public sealed class Responsibility
{
    public int AgentNumber { get; set; }
    public Agent? Agent { get; set; }
    public Duty Duty { get; set; }
    /// <summary>A user name, or the name of a team.</summary>
    public required string Holder { get; set; }
}

/// <summary>The questions that every agent's owner must be able to answer.</summary>
public enum Duty
{
    /// <summary>Who issues its identity?</summary>
    Issues,
    /// <summary>Who approves its policy?</summary>
    ApprovesPolicy,
    /// <summary>Who rotates its keys?</summary>
    RotatesKeys,
    /// <summary>Who audits it?</summary>
    Audits,
    /// <summary>Who responds when it is compromised?</summary>
    RespondsToCompromise,
}
