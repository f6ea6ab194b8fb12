using System.Runtime.CompilerServices;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>
/// Each agent's newest certificate by the share of its life that is used. They are read from the agents' rows, where the newest
/// is repeated, so neither a join nor the ever growing history is touched.
/// </summary>
public sealed class CertificateQueries(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    private const int ExportPage = 2_000;
    private const int FewMatches = 500;

    /// <summary>Width of a <see cref="LifeBucket"/>, per mille of the lifetime.</summary>
    public const int BucketPermille = 25;

    /// <summary>The order of a list over several zones: what was missed first.</summary>
    public static IReadOnlyList<CertificateZone> ZoneOrder { get; } =
        [CertificateZone.Late, CertificateZone.Expired, CertificateZone.Due, CertificateZone.Healthy, CertificateZone.Revoked];

    /// <summary>How many newest certificates are where in their life; of one owner's agents, or of all.</summary>
    public async Task<LifeTimeline> TimelineAsync(string? owner = null, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var agents = Of(db, owner);
        var live = await agents.Where(a => a.State == AgentState.Active && a.CertificateNotAfter > now)
            .GroupBy(a => CertificateLife.UsedPermille(a.CertificateNotBefore, a.CertificateNotAfter, now))
            .Select(g => new { Used = g.Key, Count = g.Count() })
            .ToListAsync(cancellationToken);
        var buckets = live.Where(g => g.Used is not null)
            .GroupBy(g => Math.Clamp(g.Used!.Value, 0, 999) / BucketPermille, g => g.Count)
            .Select(g => new LifeBucket(g.Key * BucketPermille, g.Sum())).OrderBy(b => b.FromPermille).ToList();
        var expired = await agents.InZone(CertificateZone.Expired, now, indexed: true).CountAsync(cancellationToken);
        var revoked = await agents.InZone(CertificateZone.Revoked, now, indexed: true).CountAsync(cancellationToken);
        var zones = new Dictionary<CertificateZone, int>
        {
            [CertificateZone.Healthy] = live.Where(g => g.Used < CertificateLife.DuePermille).Sum(g => g.Count),
            [CertificateZone.Due] = live.Where(g => g.Used is >= CertificateLife.DuePermille and < CertificateLife.LatePermille).Sum(g => g.Count),
            [CertificateZone.Late] = live.Where(g => g.Used >= CertificateLife.LatePermille).Sum(g => g.Count),
            [CertificateZone.Expired] = expired,
            [CertificateZone.Revoked] = revoked,
        };
        return new LifeTimeline(now, zones, buckets);
    }

    /// <summary>
    /// The newest certificates of agents, zone by zone in <see cref="ZoneOrder"/> (the expired and the revoked newest first, all
    /// others those that end soonest first).
    /// </summary>
    public async Task<CertificatePage> PageAsync(CertificatePageRequest request, CancellationToken cancellationToken = default)
    {
        var backwards = request.Before is not null;
        var cursor = request.Before ?? request.After;
        // The cursor carries the time of the first page: certificates that age while somebody pages stay where they were.
        var now = cursor?.AsOf ?? time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var match = await MatchAsync(db, request.Filter, cancellationToken);
        IEnumerable<CertificateZone> zones = request.Filter.Zone is { } only ? [only] : ZoneOrder;
        if (backwards)
            zones = zones.Reverse();
        if (cursor is not null)
            zones = zones.SkipWhile(z => z != cursor.Zone);

        var rows = new List<AgentRow>(request.Take + 1);
        foreach (var zone in zones)
        {
            if (rows.Count > request.Take)
                break;
            var indexed = match is null && request.Filter.Environment is null;
            var agents = Of(db, request.Filter.Owner).InZone(zone, now, indexed);
            if (request.Filter.Environment is { } environment)
                agents = agents.Where(a => a.Environment + "" == environment);
            if (match is not null)
                agents = match(agents);
            agents = Ordered(agents, cursor is { } c && c.Zone == zone ? c : null, NewestFirst(zone) ^ backwards);
            rows.AddRange(await agents.Select(AgentQueries.ToRow).Take(request.Take + 1 - rows.Count).ToListAsync(cancellationToken));
        }

        var more = rows.Count > request.Take;
        if (more)
            rows.RemoveAt(request.Take);
        if (backwards)
            rows.Reverse();
        var marks = rows.Select(r => new CertificateMark(r, CertificateLife.Zone(r.State, r.CertificateNotBefore, r.CertificateNotAfter, now))).ToList();
        return new CertificatePage(marks, backwards ? more : cursor is not null, backwards ? rows.Count > 0 : more, now);
    }

    /// <summary>Everything that passes the filter, in order, page by page.</summary>
    public async IAsyncEnumerable<CertificateMark> ExportAsync(CertificateFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new CertificatePageRequest { Filter = filter, Take = ExportPage };
        while (true)
        {
            var page = await PageAsync(request, cancellationToken);
            foreach (var mark in page.Rows)
                yield return mark;
            if (!page.HasNext)
                yield break;
            request = request with { After = page.CursorOf(page.Rows[^1]) };
        }
    }

    /// <summary>What a person must know before revoking: whether it is the newest, and what the agent did and with whom.</summary>
    public async Task<RevocationImpact?> ImpactAsync(string serial, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var since = (int)(now.AddHours(-24).ToUnixTimeSeconds() / 3600);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var certificate = await db.Certificates.AsNoTracking().Where(c => c.Serial == serial)
            .Select(c => new { c.AgentNumber, c.NotAfter, c.RevokedAt, c.Agent!.SpiffeId, c.Agent.Name, c.Agent.Owner, c.Agent.LastSeenAt, c.Agent.CertificateSerial })
            .FirstOrDefaultAsync(cancellationToken);
        if (certificate is null)
            return null;
        var sent = await db.AgentHours.Where(h => h.AgentNumber == certificate.AgentNumber && h.Hour > since && h.Code == AgentDetailQueries.AdmittedCode)
            .SumAsync(h => h.Count, cancellationToken);
        var peers = await db.Counterparties.Where(c => c.AgentNumber == certificate.AgentNumber && c.Peer != "").Select(c => c.Peer).Distinct()
            .CountAsync(cancellationToken);
        var otherLive = await db.Certificates.CountAsync(
            c => c.AgentNumber == certificate.AgentNumber && c.Serial != serial && c.NotAfter > now && c.RevokedAt == null, cancellationToken);
        return new RevocationImpact(serial, certificate.AgentNumber, certificate.SpiffeId, certificate.Name, certificate.Owner,
            certificate.NotAfter, certificate.NotAfter > now && certificate.RevokedAt is null, certificate.CertificateSerial == serial,
            certificate.LastSeenAt, sent, peers, otherLive);
    }

    private static IQueryable<Agent> Of(ConsoleDbContext db, string? owner)
        => owner is null ? db.Agents.AsNoTracking() : db.Agents.AsNoTracking().Where(a => a.Owner == owner);

    private static bool NewestFirst(CertificateZone zone) => zone is CertificateZone.Expired or CertificateZone.Revoked;

    /// <summary>
    /// Narrows to what a text means: a part of the SPIFFE ID, or the beginning of any serial that an agent ever had. Few matches are
    /// looked up by their numbers, found along one narrow index; with many a scan fills the page soon.
    /// </summary>
    private static async Task<Func<IQueryable<Agent>, IQueryable<Agent>>?> MatchAsync(
        ConsoleDbContext db, CertificateFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Text?.Trim() is not { Length: > 0 } text)
            return null;
        text = text.ToLowerInvariant();
        var numbers = await db.Agents.Where(a => a.SpiffeId.Contains(text)).Select(a => a.Number).Take(FewMatches + 1).ToListAsync(cancellationToken);
        if (numbers.Count > FewMatches)
            return agents => agents.Where(a => a.SpiffeId.Contains(text));
        if (text.Length >= CertificateFilter.SerialDigits && text.All(char.IsAsciiHexDigit))
        {
            var end = text + '~';
            numbers.AddRange(await db.Certificates.Where(c => string.Compare(c.Serial, text) >= 0 && string.Compare(c.Serial, end) < 0)
                .Select(c => c.AgentNumber).Distinct().Take(50).ToListAsync(cancellationToken));
        }
        return agents => agents.Where(a => numbers.Contains(a.Number));
    }

    private static IOrderedQueryable<Agent> Ordered(IQueryable<Agent> agents, CertificateCursor? cursor, bool descending)
    {
        if (cursor is { EndsAt: var end, Number: var number })
            agents = descending
                ? agents.Where(a => a.CertificateNotAfter <= end && (a.CertificateNotAfter < end || a.Number < number))
                : agents.Where(a => a.CertificateNotAfter >= end && (a.CertificateNotAfter > end || a.Number > number));
        return descending
            ? agents.OrderByDescending(a => a.CertificateNotAfter).ThenByDescending(a => a.Number)
            : agents.OrderBy(a => a.CertificateNotAfter).ThenBy(a => a.Number);
    }
}
