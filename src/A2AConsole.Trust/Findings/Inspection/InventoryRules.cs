using A2AConsole.Core.Identity;
using A2AConsole.Core.Inspection;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Findings.Inspection;

/// <summary>Puts each rule of <c>Core.Inspection</c> to the inventory. No I/O: what is found depends on what is passed in.</summary>
internal sealed class InventoryRules(InspectedInventory inventory, DateTimeOffset now, TimeSpan clockLimit)
{
    /// <summary>The kinds that are judged here, and nowhere else.</summary>
    public static IReadOnlyList<FindingKind> Kinds { get; } =
    [
        FindingKind.RenewalMissed, FindingKind.LifetimeOverPolicy, FindingKind.NoOwner, FindingKind.SharedKey, FindingKind.SharedRuntime,
        FindingKind.TierShortfall, FindingKind.ClockSkew, FindingKind.UsedAfterSuspension,
    ];

    private static readonly string[] _duties = [.. Enum.GetValues<Duty>().Select(DutyNames.Of)];

    private readonly Dictionary<int, InspectedAgent> _agents = inventory.Agents.ToDictionary(a => a.Number);
    private readonly Dictionary<(FindingKind, string), FindingReport> _found = [];

    /// <summary>What holds now, by kind and subject.</summary>
    public IReadOnlyDictionary<(FindingKind Kind, string Subject), FindingReport> Judge(RuntimeBook runtimes, IReadOnlyDictionary<string, RefusedAttempts> attempts)
    {
        var skewed = inventory.Findings.Where(f => f is { Kind: FindingKind.ClockSkew }).Select(f => f.Subject).ToHashSet(StringComparer.Ordinal);
        foreach (var agent in inventory.Agents)
        {
            if (agent is { State: AgentState.Active, Serial: { } serial, NotBefore: { } from, NotAfter: { } to })
                Add(FindingKind.RenewalMissed, agent, RenewalRule.Judge(serial, from, to, agent.Held, now));
            Add(FindingKind.NoOwner, agent, AnswerabilityRule.Judge(agent.Owner, Unanswered(inventory.Duties.GetValueOrDefault(agent.Number))));
            if (agent.State == AgentState.Active)
                Add(FindingKind.ClockSkew, agent, ClockRule.Judge(agent.ClockSkewMs, skewed.Contains(agent.SpiffeId), clockLimit));
        }
        Lifetimes();
        Keys();
        Runtimes(runtimes);
        foreach (var entry in inventory.Entries.Where(e => e.IsEnabled))
            Add(FindingKind.TierShortfall, entry.Terms.ToString(), null, TierShortfallRule.Judge(entry.Terms));
        foreach (var (serial, seen) in attempts)
        {
            if (UseAfterEndRule.Judge(serial, seen.Refusal, seen.LastAt, now) is { } shortcoming)
                Add(FindingKind.UsedAfterSuspension, serial, seen.AgentNumber, shortcoming, seen.Times, seen.LastAt);
        }
        return _found;
    }

    private void Lifetimes()
    {
        var entries = inventory.Entries.ToDictionary(e => e.Id);
        foreach (var certificate in inventory.Certificates)
        {
            if (_agents.GetValueOrDefault(certificate.AgentNumber) is { EntryId: { } id } agent && entries.GetValueOrDefault(id) is { } entry)
            {
                // The assurance on record is the newest certificate's.
                Add(FindingKind.LifetimeOverPolicy, certificate.Serial, agent.Number,
                    LifetimeOverPolicyRule.Judge(certificate.IssuedAt, certificate.NotAfter, entry.Terms, certificate.Serial == agent.Serial ? agent.Assurance : null));
            }
        }
    }

    private void Keys()
    {
        var carried = inventory.Certificates.SelectMany(c => (string?[])[c.KeyId, c.SigningKeyId], (c, key) => (Key: key, Agent: _agents.GetValueOrDefault(c.AgentNumber)))
            .Where(c => c is { Key: not null, Agent: not null }).Select(c => (Key: c.Key!, Agent: c.Agent!)).ToList();
        var holders = inventory.Holders.Select(h => (Key: h.KeyId, Identity: new SharingIdentity(h.SpiffeId, h.Environment)))
            .Concat(carried.Select(c => (c.Key, Identity: new SharingIdentity(c.Agent.SpiffeId, c.Agent.Environment))))
            .ToLookup(h => h.Key, h => h.Identity, StringComparer.Ordinal);
        foreach (var (key, agent) in carried)
            Add(FindingKind.SharedKey, agent, SharingRule.JudgeKey(key, new(agent.SpiffeId, agent.Environment), holders[key]));
    }

    private void Runtimes(RuntimeBook runtimes)
    {
        foreach (var (runtime, agents) in runtimes.Shared(_agents))
        {
            foreach (var agent in agents)
                Add(FindingKind.SharedRuntime, agent, SharingRule.JudgeRuntime(runtime, new(agent.SpiffeId, agent.Environment), agents.Select(a => new SharingIdentity(a.SpiffeId, a.Environment))));
        }
    }

    private static IReadOnlyList<string> Unanswered(int held)
        => held == (1 << _duties.Length) - 1 ? [] : [.. _duties.Where((_, i) => (held & 1 << i) == 0)];

    private void Add(FindingKind kind, InspectedAgent agent, Shortcoming? shortcoming) => Add(kind, agent.SpiffeId, agent.Number, shortcoming);

    // The first of several (two shared keys of one agent) stands for all.
    private void Add(FindingKind kind, string subject, int? agentNumber, Shortcoming? shortcoming, long times = 1, DateTimeOffset? at = null)
    {
        if (shortcoming is not null)
            _found.TryAdd((kind, subject), new(kind, subject, agentNumber, shortcoming.Detail, shortcoming.Measured, shortcoming.Reference) { Times = times, At = at });
    }
}

/// <summary>Attempts to connect with a certificate that does not count. <paramref name="Times"/>: those that are new.</summary>
internal sealed record RefusedAttempts(int AgentNumber, LifeRefusal? Refusal, long Times, DateTimeOffset LastAt);
