namespace A2AConsole.Core.Identity;

/// <summary>Where an agent is in its life; <see cref="AgentLife"/> says how it gets there.</summary>
public enum AgentState
{
    /// <summary>Named and allowed to enrol; has no certificate that counts.</summary>
    Invited,
    Active,
    /// <summary>Held back for now: its certificates are on hold and nothing is renewed; can be resumed.</summary>
    Suspended,
    /// <summary>Its newest certificate was revoked; must be invited again.</summary>
    Revoked,
    /// <summary>Out of service for good.</summary>
    Retired,
}
