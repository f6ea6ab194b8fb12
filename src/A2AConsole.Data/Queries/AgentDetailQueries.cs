using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>One agent, in depth.</summary>
public sealed class AgentDetailQueries(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    /// <summary>How far back <see cref="ActivityAsync"/> looks.</summary>
    public static readonly TimeSpan ActivitySpan = TimeSpan.FromDays(7);

    /// <summary>The code that <see cref="AgentHour.Code"/> has for what was let in.</summary>
    public const string AdmittedCode = "admitted";

    /// <summary>The agent with this number, or null.</summary>
    public Task<AgentRow?> FindAsync(int number, CancellationToken cancellationToken = default)
        => OneAsync(a => a.Number == number, cancellationToken);

    /// <summary>The agent with this SPIFFE ID, or null.</summary>
    public Task<AgentRow?> FindAsync(string spiffeId, CancellationToken cancellationToken = default)
        => OneAsync(a => a.SpiffeId == spiffeId, cancellationToken);

    /// <summary>When the agent was made known, got its first certificate, and until when an unspent join token for it lives.</summary>
    public async Task<AgentEnrolment?> EnrolmentAsync(int number, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var agent = await db.Agents.AsNoTracking().Where(a => a.Number == number)
            .Select(a => new { a.CreatedAt, a.EnrolledAt, a.CertificateSerial }).FirstOrDefaultAsync(cancellationToken);
        if (agent is null)
            return null;
        var token = await db.JoinTokens.AsNoTracking().Where(t => t.AgentNumber == number).OrderByDescending(t => t.CreatedAt)
            .Select(t => new { t.CreatedBy, t.ExpiresAt, t.SpentAt }).FirstOrDefaultAsync(cancellationToken);
        return new AgentEnrolment(agent.CreatedAt, agent.EnrolledAt, agent.CertificateSerial, token?.CreatedBy,
            token is { SpentAt: null } && token.ExpiresAt > now ? token.ExpiresAt : null, token?.SpentAt);
    }

    /// <summary>Its certificates, newest first; at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<CertificateRow>> CertificatesAsync(int number, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Certificates.AsNoTracking().Where(c => c.AgentNumber == number)
            .OrderByDescending(c => c.NotAfter).ThenByDescending(c => c.Id).Take(take)
            .Select(c => new CertificateRow(c.Id, c.Serial, c.KeyId, c.NotBefore, c.NotAfter, c.IssuedAt, c.RevokedAt, c.RevocationReason, c.RevokedBy))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Whom it addressed, busiest first; and who addressed it where <paramref name="incoming"/>.</summary>
    public async Task<IReadOnlyList<CounterpartyRow>> CounterpartiesAsync(
        AgentRow agent, bool incoming, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = incoming
            ? from c in db.Counterparties.AsNoTracking()
              join a in db.Agents on c.AgentNumber equals a.Number
              where c.Peer == agent.SpiffeId
              select new { Peer = a.SpiffeId, c.Type, c.Count, c.FirstSeenAt, c.LastSeenAt, Number = (int?)a.Number }
            : from c in db.Counterparties.AsNoTracking()
              join a in db.Agents on c.Peer equals a.SpiffeId into known
              from a in known.DefaultIfEmpty()
              where c.AgentNumber == agent.Number
              select new { c.Peer, c.Type, c.Count, c.FirstSeenAt, c.LastSeenAt, Number = (int?)a.Number };
        var found = await rows.OrderByDescending(r => r.Count).ThenBy(r => r.Peer).ThenBy(r => r.Type).Take(take).ToListAsync(cancellationToken);
        return [.. found.Select(r => new CounterpartyRow(r.Peer, r.Number, r.Type, r.Count,
            DateTimeOffset.FromUnixTimeMilliseconds(r.FirstSeenAt), DateTimeOffset.FromUnixTimeMilliseconds(r.LastSeenAt)))];
    }

    /// <summary>How many different identities it addressed.</summary>
    public async Task<int> CounterpartyCountAsync(int number, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Counterparties.Where(c => c.AgentNumber == number && c.Peer != "").Select(c => c.Peer).Distinct().CountAsync(cancellationToken);
    }

    /// <summary>Its events of the last seven days, by hour and verdict.</summary>
    public async Task<AgentActivity> ActivityAsync(int number, CancellationToken cancellationToken = default)
    {
        var last = (int)(time.GetUtcNow().ToUnixTimeSeconds() / 3600);
        var first = last - (int)ActivitySpan.TotalHours + 1;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.AgentHours.AsNoTracking().Where(h => h.AgentNumber == number && h.Hour >= first && h.Hour <= last)
            .Select(h => new { h.Hour, h.Code, h.Count }).ToListAsync(cancellationToken);
        var hours = new ActivityHour[last - first + 1];
        for (var i = 0; i < hours.Length; i++)
            hours[i] = new ActivityHour(DateTimeOffset.FromUnixTimeSeconds((first + i) * 3600L), 0, 0);
        foreach (var row in rows)
        {
            ref var hour = ref hours[row.Hour - first];
            hour = row.Code == AdmittedCode ? hour with { Admitted = hour.Admitted + row.Count } : hour with { Refused = hour.Refused + row.Count };
        }
        var refusals = rows.Where(r => r.Code != AdmittedCode).GroupBy(r => r.Code)
            .Select(g => new RefusalCount(g.Key, g.Sum(r => r.Count))).OrderByDescending(r => r.Count).ThenBy(r => r.Code, StringComparer.Ordinal);
        return new AgentActivity(hours, [.. refusals]);
    }

    private async Task<AgentRow?> OneAsync(System.Linq.Expressions.Expression<Func<Agent, bool>> which, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Agents.AsNoTracking().Where(which).Select(AgentQueries.ToRow).FirstOrDefaultAsync(cancellationToken);
    }
}

/// <summary>How far an agent has come. Times are UTC.</summary>
/// <param name="CreatedAt">When it was made known.</param>
/// <param name="EnrolledAt">When it got its first certificate.</param>
/// <param name="CertificateSerial">Its newest certificate.</param>
/// <param name="InvitedBy">Who made its newest join token.</param>
/// <param name="TokenExpiresAt">Until when its unspent join token lives; null when there is none to spend.</param>
/// <param name="TokenSpentAt">When its newest join token was spent.</param>
public sealed record AgentEnrolment(
    DateTimeOffset CreatedAt, DateTimeOffset? EnrolledAt, string? CertificateSerial, string? InvitedBy, DateTimeOffset? TokenExpiresAt, DateTimeOffset? TokenSpentAt);

/// <summary>A certificate of an agent's history. Times are UTC; <paramref name="Id"/> is the ledger leaf of its issuance.</summary>
public sealed record CertificateRow(
    long Id, string Serial, string KeyId, DateTimeOffset NotBefore, DateTimeOffset NotAfter, DateTimeOffset IssuedAt,
    DateTimeOffset? RevokedAt, string? RevocationReason, string? RevokedBy);

/// <summary>
/// Who was addressed, or did address, with which type of message. Times are UTC. <paramref name="Peer"/> is a SPIFFE ID, or empty
/// when the events named no audience; <paramref name="PeerNumber"/> is set where it is an agent of ours.
/// </summary>
public sealed record CounterpartyRow(string Peer, int? PeerNumber, string Type, long Count, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt);

/// <summary>The events of one hour, which begins at <paramref name="Start"/> (UTC).</summary>
public readonly record struct ActivityHour(DateTimeOffset Start, long Admitted, long Refused);

/// <summary>How often something was refused with a code.</summary>
public sealed record RefusalCount(string Code, long Count);

/// <summary>Seven days by hour, oldest first and without gaps, and the refusals among them by code.</summary>
public sealed record AgentActivity(IReadOnlyList<ActivityHour> Hours, IReadOnlyList<RefusalCount> Refusals)
{
    public long Admitted => Hours.Sum(h => h.Admitted);
    public long Refused => Hours.Sum(h => h.Refused);
}
