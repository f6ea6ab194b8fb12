using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>Changes of what a site decided about algorithms, and of who was seen to use them.</summary>
public static class AlgorithmChanges
{
    /// <summary>Puts a rule in the place of the one about the same use of the same algorithm. Belongs to a leaf.</summary>
    public static void Decide(ConsoleDbContext context, AlgorithmRule rule)
    {
        if (context.AlgorithmRules.FirstOrDefault(r => r.Algorithm == rule.Algorithm && r.Use == rule.Use) is { } known)
            context.Entry(known).CurrentValues.SetValues(rule);
        else
            context.AlgorithmRules.Add(rule);
    }

    /// <summary>Notes that agents used algorithms; no leaf. Keep the number small (a few hundred): events wait for it.</summary>
    public static void Note(ConsoleDbContext context, IReadOnlyCollection<AlgorithmSighting> sightings)
    {
        var agents = sightings.Select(s => s.AgentNumber).Distinct().ToList();
        var known = context.AlgorithmUses.Where(u => agents.Contains(u.AgentNumber)).AsEnumerable().ToDictionary(u => (u.AgentNumber, u.Algorithm, u.Use));
        foreach (var seen in sightings)
        {
            if (known.TryGetValue((seen.AgentNumber, seen.Algorithm, seen.Use), out var use))
                use.LastSeenAt = seen.At > use.LastSeenAt ? seen.At : use.LastSeenAt;
            else
                context.AlgorithmUses.Add(new AlgorithmUse { AgentNumber = seen.AgentNumber, Algorithm = seen.Algorithm, Use = seen.Use, FirstSeenAt = seen.At, LastSeenAt = seen.At });
        }
    }
}

/// <summary>An agent was seen to use an algorithm.</summary>
public sealed record AlgorithmSighting(int AgentNumber, string Algorithm, string Use, DateTimeOffset At);
