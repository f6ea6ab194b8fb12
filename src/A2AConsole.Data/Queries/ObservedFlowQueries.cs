using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Which kinds of message went between whom, over all agents: what is laid beside declared interactions.</summary>
public sealed class ObservedFlowQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The flows since a day, the busiest first; <paramref name="take"/> at most.</summary>
    public async Task<IReadOnlyList<ObservedFlowRow>> SinceAsync(DateTimeOffset since, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var day = (int)(since.ToUnixTimeSeconds() / 86_400);
        return await (from flow in db.FlowDays
                      where flow.Day >= day
                      join agent in db.Agents on flow.AgentNumber equals agent.Number
                      group flow by new { agent.SpiffeId, agent.Organisation, flow.Peer, flow.Type } into g
                      orderby g.Sum(f => f.Count) descending, g.Key.SpiffeId, g.Key.Peer, g.Key.Type
                      select new ObservedFlowRow(g.Key.SpiffeId, g.Key.Organisation, g.Key.Peer, g.Key.Type, g.Sum(f => f.Count))).Take(take).ToListAsync(cancellationToken);
    }
}

/// <summary>What one agent sent to one other of one type. <see cref="Peer"/> is empty where the messages named nobody.</summary>
public sealed record ObservedFlowRow(string Agent, string Organisation, string Peer, string Type, long Count);
