using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Counts what a revocation of a scope reaches and what stops with it, before anybody confirms it.</summary>
public sealed class ScopeQueries(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>How far back flows count as depending on it.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(30);

    /// <summary>What a scope reaches now; of its flows the busiest <paramref name="take"/>.</summary>
    public async Task<ScopeReach> ReadAsync(RevocationScope scope, string target, int take = 5, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var certificates = await db.Certificates.Within(scope, target).CountAsync(c => c.NotAfter >= now && c.RevokedAt == null, cancellationToken);
        var agents = db.AgentsWithin(scope, target, now);
        var reached = await agents.CountAsync(cancellationToken);
        return new ScopeReach(reached, certificates, await FlowQueries.ReadAsync(db, agents, now, Span, take, cancellationToken));
    }
}

/// <summary>What a revocation reaches, and what of the last <see cref="ScopeQueries.Span"/> depended on it.</summary>
/// <param name="Agents">Agents within the scope.</param>
/// <param name="Certificates">Their certificates that count now.</param>
/// <param name="Flows">What they said to whom.</param>
public sealed record ScopeReach(int Agents, int Certificates, FlowSummary Flows);
