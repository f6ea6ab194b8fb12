using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>The certificate that an event came with. Times are UTC.</summary>
public sealed record EventCertificate(
    string Serial, string KeyId, string SpiffeId, DateTimeOffset NotBefore, DateTimeOffset NotAfter, DateTimeOffset IssuedAt, long IssuedLeaf,
    DateTimeOffset? RevokedAt, string? RevocationReason, byte[] Der);

/// <summary>What one event's panel and the search box need beside the ledger.</summary>
public sealed class EventQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The certificate with this serial (lower-case hex), or null.</summary>
    public async Task<EventCertificate?> CertificateAsync(string serial, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (
            from c in db.Certificates.AsNoTracking()
            join a in db.Agents on c.AgentNumber equals a.Number
            where c.Serial == serial
            select new EventCertificate(c.Serial, c.KeyId, a.SpiffeId, c.NotBefore, c.NotAfter, c.IssuedAt, c.Id, c.RevokedAt, c.RevocationReason, c.Der))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The refused event of a leaf with its bytes, or null.</summary>
    public async Task<QuarantineItem?> QuarantinedAsync(long leaf, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.QuarantineItems.AsNoTracking().FirstOrDefaultAsync(q => q.Id == leaf, cancellationToken);
    }

    /// <summary>Identities that a text names: the whole SPIFFE ID, or agents called so; at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<string>> AgentsAsync(string text, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (text.StartsWith("spiffe://", StringComparison.Ordinal))
            return await db.Agents.Where(a => a.SpiffeId == text).Select(a => a.SpiffeId).ToListAsync(cancellationToken);
        var exact = await db.Agents.Where(a => a.Name == text).OrderBy(a => a.SpiffeId).Select(a => a.SpiffeId).Take(take).ToListAsync(cancellationToken);
        return exact.Count > 0 ? exact
            : await db.Agents.Where(a => a.Name.StartsWith(text)).OrderBy(a => a.SpiffeId).Select(a => a.SpiffeId).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>The first agents' identities in alphabetical order: what the filter suggests.</summary>
    public async Task<IReadOnlyList<string>> SuggestAgentsAsync(int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Agents.OrderBy(a => a.SpiffeId).Select(a => a.SpiffeId).Take(take).ToListAsync(cancellationToken);
    }
}
