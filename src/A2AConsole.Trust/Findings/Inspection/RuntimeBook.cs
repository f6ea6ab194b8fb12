using A2AConsole.Core.Inspection;
using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Findings.Inspection;

/// <summary>
/// Where each agent last attested to run, by kind of evidence: read on from the last record, so that a round costs what is new.
/// One caller at a time.
/// </summary>
internal sealed class RuntimeBook(InspectionQueries queries)
{
    private readonly Dictionary<(int AgentNumber, string Kind), string> _last = [];
    private long _read = -1;

    /// <summary>Brings the book up to the newest record.</summary>
    public async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        foreach (var seen in await queries.RuntimesAsync(_read, cancellationToken))
            (_last[(seen.AgentNumber, seen.Kind)], _read) = (seen.Runtime, seen.Id);
    }

    /// <summary>Each runtime on which more than one of these agents last attested, with those agents.</summary>
    public IEnumerable<(string Runtime, IReadOnlyList<InspectedAgent> Agents)> Shared(IReadOnlyDictionary<int, InspectedAgent> agents)
        => _last.GroupBy(l => l.Value, l => l.Key.AgentNumber, StringComparer.Ordinal)
            .Select(g => (g.Key, Agents: (IReadOnlyList<InspectedAgent>)[.. g.Distinct().Select(n => agents.GetValueOrDefault(n)).OfType<InspectedAgent>()]))
            .Where(g => g.Agents.Count > 1);
}
