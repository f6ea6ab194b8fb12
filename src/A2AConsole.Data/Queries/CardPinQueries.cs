using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads which cards are pinned.</summary>
public sealed class CardPinQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The pin of an agent, or null when none of its cards was seen yet.</summary>
    public async Task<AgentCardPin?> FindAsync(string spiffeId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AgentCardPins.AsNoTracking().FirstOrDefaultAsync(p => p.SpiffeId == spiffeId, cancellationToken);
    }
}
