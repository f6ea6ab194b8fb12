using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Counts what a revocation of a scope reaches and what stops with it, before anybody confirms it.</summary>
public sealed class ScopeQueries(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>How far back flows count as depending on it.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(30);

    private const int MostFlows = 8;

    /// <summary>What a scope reaches now.</summary>
    public async Task<ScopeReach> ReadAsync(RevocationScope scope, string target, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var since = now - Span;
        var (sinceHour, sinceMs) = ((int)(since.ToUnixTimeSeconds() / 3600), since.ToUnixTimeMilliseconds());
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var agents = db.AgentsWithin(scope, target, now);
        var certificates = await db.Certificates.Within(scope, target).CountAsync(c => c.NotAfter >= now && c.RevokedAt == null, cancellationToken);
        var reached = await agents.CountAsync(cancellationToken);
        var admitted = await db.AgentHours.Where(h => h.Hour >= sinceHour && h.Code == AgentDetailQueries.AdmittedCode && agents.Any(a => a.Number == h.AgentNumber))
            .SumAsync(h => h.Count, cancellationToken);
        var flows = db.Counterparties.Where(c => c.LastSeenAt >= sinceMs && c.Peer != "" && agents.Any(a => a.Number == c.AgentNumber));
        var peers = await flows.Select(c => c.Peer).Distinct().CountAsync(cancellationToken);
        var pairs = await flows.CountAsync(cancellationToken);
        var busiest = await flows.OrderByDescending(c => c.Count).ThenBy(c => c.Peer).Take(MostFlows)
            .Join(db.Agents, c => c.AgentNumber, a => a.Number, (c, a) => new ScopeFlow(a.SpiffeId, c.Peer, c.Type, c.Count)).ToListAsync(cancellationToken);
        var types = await flows.Select(c => c.Type).Distinct().CountAsync(cancellationToken);
        return new ScopeReach(reached, certificates, admitted, peers, pairs, types, busiest);
    }
}

/// <summary>What a revocation reaches, and what of the last <see cref="ScopeQueries.Span"/> depended on it.</summary>
/// <param name="Agents">Agents within the scope.</param>
/// <param name="Certificates">Their certificates that count now.</param>
/// <param name="Messages">Messages admitted from them.</param>
/// <param name="Counterparties">Identities that they addressed.</param>
/// <param name="Flows">Pairs of sender and receiver by type of message.</param>
/// <param name="Types">Types of message.</param>
/// <param name="Busiest">The busiest flows, by all that was ever counted.</param>
public sealed record ScopeReach(int Agents, int Certificates, long Messages, int Counterparties, int Flows, int Types, IReadOnlyList<ScopeFlow> Busiest);

/// <summary>A flow of messages of one type between two.</summary>
public sealed record ScopeFlow(string From, string To, string Type, long Count);
