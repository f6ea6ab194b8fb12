namespace A2AConsole.Trust;

/// <summary>Looks an agent's local number up by its SPIFFE ID, in memory.</summary>
public interface IAgentDirectory
{
    /// <summary>The agent's number, or null when no such agent was ever allowed to enrol.</summary>
    int? NumberOf(string spiffeId);
}
