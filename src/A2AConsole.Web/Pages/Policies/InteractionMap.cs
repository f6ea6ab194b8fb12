using A2AConsole.Core.Identity;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Interactions;

namespace A2AConsole.Web.Pages.Policies;

/// <summary>How a flow of the map stands.</summary>
public enum FlowStanding
{
    /// <summary>Declared, and seen.</summary>
    Seen,
    /// <summary>Declared, and never seen in the time.</summary>
    NeverSeen,
    /// <summary>Seen, and nobody declared it.</summary>
    Undeclared,
}

/// <summary>A flow on the map: a declared one with what was seen of it, or one that nobody declared (<see cref="Declared"/> is null then).</summary>
public sealed record MapFlow(string From, string To, IReadOnlyList<string> Types, FlowStanding Standing, long Count, Interaction? Declared, IReadOnlyList<string> Agents)
{
    public string Key => Declared?.Id ?? $"{From} {To} {string.Join(' ', Types)}";

    public string Title => Declared?.Title ?? $"{From} sends {string.Join(", ", Types)} to {(To.Length == 0 ? "nobody in particular" : To)}";
}

/// <summary>An end of flows on the map.</summary>
public sealed record MapParty(string Role, string Organisation, string Zone);

/// <summary>
/// Declared interactions beside what was observed. A declared role is an agent's name or its role in the identity, so that a bundle may speak of either; an agent that fits
/// no declared party stands by its own name.
/// </summary>
public sealed record InteractionMap(IReadOnlyList<MapParty> Parties, IReadOnlyList<MapFlow> Flows)
{
    public const string Unknown = "undeclared";

    public static InteractionMap Of(InteractionModel? model, IReadOnlyList<ObservedFlowRow> observed)
    {
        var interactions = model?.Interactions ?? [];
        var declared = interactions.SelectMany(i => (Party[])[i.Initiator, i.Counterpart]).Select(p => new MapParty(p.Role, p.Organisation, p.Zone)).Distinct().ToList();
        var roles = declared.Select(p => p.Role).ToHashSet(StringComparer.Ordinal);
        string NameOf(string spiffeId) => SpiffeId.TryParse(spiffeId, out var id, out _) ? roles.Contains(id.Name) ? id.Name : roles.Contains(id.Role) ? id.Role : id.Name : spiffeId;
        var seen = observed.GroupBy(o => (From: NameOf(o.Agent), To: o.Peer.Length == 0 ? "" : NameOf(o.Peer), o.Type))
            .Select(g => (g.Key.From, g.Key.To, g.Key.Type, Count: g.Sum(o => o.Count), Agents: g.Select(o => o.Agent).Distinct(StringComparer.Ordinal).ToList(), g.First().Organisation)).ToList();
        var flows = interactions.Select(i =>
        {
            var of = seen.Where(s => s.From == i.Initiator.Role && s.To == i.Counterpart.Role && i.MessageTypes.Contains(s.Type)).ToList();
            return new MapFlow(i.Initiator.Role, i.Counterpart.Role, i.MessageTypes, of.Count == 0 ? FlowStanding.NeverSeen : FlowStanding.Seen, of.Sum(s => s.Count), i, [.. of.SelectMany(s => s.Agents).Distinct()]);
        }).ToList();
        var undeclared = seen.Where(s => model?.Find(s.From, s.To, s.Type) is null).ToList();
        flows.AddRange(undeclared.OrderByDescending(s => s.Count).Select(s => new MapFlow(s.From, s.To, [s.Type], FlowStanding.Undeclared, s.Count, null, s.Agents)));
        var others = undeclared.SelectMany(s => ((string, string)[])[(s.From, s.Organisation), (s.To, Unknown)]).Where(p => p.Item1.Length > 0 && !roles.Contains(p.Item1))
            .DistinctBy(p => p.Item1).Select(p => new MapParty(p.Item1, p.Item2, Unknown));
        return new InteractionMap([.. declared, .. others], flows);
    }
}
