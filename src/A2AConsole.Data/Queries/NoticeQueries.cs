using A2AConsole.Core.Alerts;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What is to be told to whom, and what became of it. Notices change nothing that counts, so they are no ledger's matter.</summary>
public sealed class NoticeQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int AtOnce = 50;

    // Who configures a way is not told of what is long past.
    private static readonly TimeSpan NewsOfAlerts = TimeSpan.FromDays(1);

    /// <summary>Puts down, for each way, what is to be told and was not yet: of alerts, those as severe as <paramref name="alertsFrom"/> or more. How much that was.</summary>
    public async Task<int> CollectAsync(IReadOnlyCollection<string> channels, AlertSeverity alertsFrom, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (added, since) = (0, now - NewsOfAlerts);
        foreach (var channel in channels)
        {
            var open = db.Approvals.Where(a => a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack);
            var asked = await open.Where(a => !db.Notices.Any(n => n.Kind == NoticeKind.ApprovalAsked && n.About == a.Id && n.Channel == channel)).OrderBy(a => a.Id).Take(AtOnce)
                .Select(a => (long)a.Id).ToListAsync(cancellationToken);
            var escalated = await open.Where(a => a.EscalatedAt != null && !db.Notices.Any(n => n.Kind == NoticeKind.ApprovalEscalated && n.About == a.Id && n.Channel == channel)).OrderBy(a => a.Id).Take(AtOnce)
                .Select(a => (long)a.Id).ToListAsync(cancellationToken);
            var quarantined = await db.QuarantineCases.Where(c => c.State == QuarantineState.Escalated && !db.Notices.Any(n => n.Kind == NoticeKind.QuarantineEscalated && n.About == c.Id && n.Channel == channel))
                .OrderBy(c => c.Id).Take(AtOnce).Select(c => c.Id).ToListAsync(cancellationToken);
            var alerts = await db.Alerts.Where(a => a.State == AlertState.New && a.Severity >= alertsFrom && a.RaisedAt > since && !db.Notices.Any(n => n.Kind == NoticeKind.AlertRaised && n.About == a.Id && n.Channel == channel))
                .OrderBy(a => a.Id).Take(AtOnce).Select(a => a.Id).ToListAsync(cancellationToken);
            foreach (var (kind, ids) in new[] { (NoticeKind.ApprovalAsked, asked), (NoticeKind.ApprovalEscalated, escalated), (NoticeKind.QuarantineEscalated, quarantined), (NoticeKind.AlertRaised, alerts) })
            {
                db.Notices.AddRange(ids.Select(id => new Notice { Kind = kind, About = id, Channel = channel, CreatedAt = now, NextAt = now }));
                added += ids.Count;
            }
        }
        if (added == 0)
            return 0;
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return added;
        }
        catch (DbUpdateException)
        {
            // Another host put some of them down in the same moment: the next look sees which are left.
            return 0;
        }
    }

    /// <summary>Puts down a notice that tries a way. Its number.</summary>
    public async Task<int> AddTestAsync(string channel, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var notice = new Notice { Kind = NoticeKind.Test, About = now.ToUnixTimeMilliseconds(), Channel = channel, CreatedAt = now, NextAt = now };
        db.Notices.Add(notice);
        await db.SaveChangesAsync(cancellationToken);
        return notice.Id;
    }

    /// <summary>What is due, oldest first.</summary>
    public async Task<IReadOnlyList<Notice>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Notices.AsNoTracking().Where(n => n.NextAt != null && n.NextAt <= now).OrderBy(n => n.NextAt).ThenBy(n => n.Id).Take(AtOnce).ToListAsync(cancellationToken);
    }

    /// <summary>Writes what came of an attempt.</summary>
    public async Task DoneAsync(int id, int attempts, DateTimeOffset? sentAt, DateTimeOffset? nextAt, string outcome, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var text = Core.Ledger.LedgerLeaf.Sentence(outcome);
        await db.Notices.Where(n => n.Id == id).ExecuteUpdateAsync(set => set.SetProperty(n => n.Attempts, attempts).SetProperty(n => n.SentAt, sentAt).SetProperty(n => n.NextAt, nextAt)
            .SetProperty(n => n.Outcome, text), cancellationToken);
    }

    /// <summary>The newest notices, newest first.</summary>
    public async Task<IReadOnlyList<Notice>> NewestAsync(int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Notices.AsNoTracking().OrderByDescending(n => n.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>The request that a notice is about, with its agent; null when it is decided meanwhile.</summary>
    public async Task<Approval?> ApprovalAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Approvals.AsNoTracking().Include(a => a.Agent)
            .FirstOrDefaultAsync(a => a.Id == id && (a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack), cancellationToken);
    }

    /// <summary>The item that a notice is about; null when it is decided meanwhile.</summary>
    public async Task<(QuarantineItem Item, QuarantineStep? Step)?> QuarantinedAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.QuarantineCases.AnyAsync(c => c.Id == id && c.State == QuarantineState.Escalated, cancellationToken))
            return null;
        var item = await db.QuarantineItems.AsNoTracking().Where(q => q.Id == id)
            .Select(q => new QuarantineItem { Id = q.Id, Code = q.Code, Detail = q.Detail, Type = q.Type, RemoteAddress = q.RemoteAddress, Agent = q.Agent, Demo = q.Demo }).FirstAsync(cancellationToken);
        return (item, await db.QuarantineSteps.AsNoTracking().Where(s => s.CaseId == id && s.Move == QuarantineMove.Escalated).OrderByDescending(s => s.Id).FirstOrDefaultAsync(cancellationToken));
    }

    /// <summary>The alert that a notice is about; null when somebody works on it already.</summary>
    public async Task<Alert?> AlertAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Alerts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == id && a.State == AlertState.New, cancellationToken);
    }

    /// <summary>The mail addresses of those who hold one of the roles and can sign in, without <paramref name="except"/>.</summary>
    public async Task<IReadOnlyList<string>> AddressesAsync(IReadOnlyCollection<string> roles, string? except, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var people = await (from u in db.Users
                            join ur in db.UserRoles on u.Id equals ur.UserId
                            join r in db.Roles on ur.RoleId equals r.Id
                            where roles.Contains(r.Name!) && (u.LockoutEnd == null || u.LockoutEnd < ConsoleUsers.DisabledUntil)
                            select new { u.UserName, u.Email }).ToListAsync(cancellationToken);
        return [.. people.Where(p => !string.Equals(p.UserName, except, StringComparison.OrdinalIgnoreCase)).Select(p => p.Email ?? p.UserName).OfType<string>().Where(a => a.Contains('@', StringComparison.Ordinal))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
    }
}
