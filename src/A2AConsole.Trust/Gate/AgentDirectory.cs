using System.Collections.Concurrent;

namespace A2AConsole.Trust.Gate;

/// <summary>The agents' numbers in memory: loaded at start, added to when an invitation is durable.</summary>
public sealed class AgentDirectory : IAgentDirectory
{
    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public int? NumberOf(string spiffeId) => _numbers.TryGetValue(spiffeId, out var number) ? number : null;

    /// <summary>Makes an agent known.</summary>
    public void Add(string spiffeId, int number) => _numbers[spiffeId] = number;
}
