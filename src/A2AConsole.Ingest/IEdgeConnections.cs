namespace A2AConsole.Ingest;

/// <summary>The agents' connections to the edge of this process. Thread-safe.</summary>
public interface IEdgeConnections
{
    /// <summary>Those of an agent, by its local number.</summary>
    AgentConnections Of(int agentNumber);

    /// <summary>Raised, with the agent's number, when one is opened or closed; handlers only signal.</summary>
    event Action<int>? Changed;
}

/// <summary>An agent's connections as the edge sees them, since this process started. Times are UTC.</summary>
/// <param name="Open">How many are open.</param>
/// <param name="ChangedAt">When the last one was opened or closed; null: there never was one.</param>
/// <param name="CutAt">When the edge closed some because agent or certificate ceased to count, and none was opened since; null: it did not.</param>
/// <param name="Why">Why it did.</param>
public sealed record AgentConnections(int Open, DateTimeOffset? ChangedAt = null, DateTimeOffset? CutAt = null, string? Why = null);
