using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>Writes down how far agents' clocks are off: no leaf, it is an observation (<see cref="Upkeep.IUpkeep"/>).</summary>
public static class ClockChanges
{
    /// <summary>Milliseconds ahead (negative: behind) by agent.</summary>
    public static void Note(ConsoleDbContext context, IEnumerable<(int AgentNumber, int AheadMs)> clocks)
    {
        foreach (var (number, ahead) in clocks)
            context.Agents.Where(a => a.Number == number).ExecuteUpdate(set => set.SetProperty(a => a.ClockSkewMs, ahead));
    }
}
