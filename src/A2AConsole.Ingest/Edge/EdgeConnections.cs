using System.Collections.Concurrent;

namespace A2AConsole.Ingest.Edge;

/// <inheritdoc cref="IEdgeConnections"/>
internal sealed class EdgeConnections(TimeProvider time) : IEdgeConnections
{
    private static readonly AgentConnections None = new(0);

    // One row an agent that ever connected: as many as there are agents.
    private readonly ConcurrentDictionary<int, AgentConnections> _byAgent = new();

    public event Action<int>? Changed;

    public AgentConnections Of(int agentNumber) => _byAgent.GetValueOrDefault(agentNumber, None);

    public void Opened(int agentNumber) => Change(agentNumber, c => new(c.Open + 1, time.GetUtcNow()));

    public void Closed(int agentNumber) => Change(agentNumber, c => c with { Open = c.Open - 1, ChangedAt = time.GetUtcNow() });

    /// <summary>The edge is about to close one.</summary>
    public void Cut(int agentNumber, string why) => Change(agentNumber, c => c with { CutAt = time.GetUtcNow(), Why = why });

    private void Change(int agentNumber, Func<AgentConnections, AgentConnections> change)
    {
        _byAgent.AddOrUpdate(agentNumber, _ => change(None), (_, now) => change(now));
        Changed?.Invoke(agentNumber);
    }
}
