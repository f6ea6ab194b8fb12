using A2AConsole.Trust;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Gateway;

namespace A2AConsole.Ingest.A2A;

/// <summary>An agent behind the gateway, with the connections to it.</summary>
internal sealed record A2AAgent(A2AAgentOptions Options, Upstream Upstream)
{
    public string SpiffeId => Options.SpiffeId;
}

/// <summary>The agents behind the gateway, by their names in addresses.</summary>
internal sealed class A2AAgents : IDisposable
{
    private readonly Dictionary<string, A2AAgent> _byName;

    public A2AAgents(IngestOptions options, IGatewayIdentity identity, SvidGate gate, IStandings standings)
        => _byName = options.A2A.Agents.ToDictionary(a => a.Name, a => new A2AAgent(a, new Upstream(a.SpiffeId, identity, gate, standings)), StringComparer.Ordinal);

    public bool Any => _byName.Count > 0;

    public A2AAgent? Find(string name) => _byName.GetValueOrDefault(name);

    public void Dispose()
    {
        foreach (var agent in _byName.Values)
            agent.Upstream.Dispose();
    }
}
