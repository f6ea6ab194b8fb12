using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Acts of revoking, and what they still have to reach.</summary>
public sealed class RevocationQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>
    /// All certificates within a scope that were issued before the leaf <paramref name="before"/>, end after <paramref name="now"/> and
    /// still count or are on hold, by leaf. At once: to look for the next few again and again would go through the whole scope each time.
    /// </summary>
    public async Task<IReadOnlyList<long>> LivingAsync(RevocationScope scope, string target, long before, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Living(context, scope, target, before, now).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The acts whose certificates are not all marked: a process that ended in the middle goes on with them.</summary>
    public async Task<IReadOnlyList<Revocation>> UnfinishedAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Revocations.AsNoTracking().Where(r => r.FinishedAt == null).OrderBy(r => r.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The newest acts.</summary>
    public async Task<IReadOnlyList<Revocation>> NewestAsync(int take, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Revocations.AsNoTracking().OrderByDescending(r => r.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Acts that took back more than one certificate can tell, newest first; <paramref name="before"/> goes on to older ones,
    /// <paramref name="after"/> back to newer ones (both ledger leaves). What still runs comes with how much is left.
    /// </summary>
    public async Task<Page<RevocationRow>> PageAsync(long? before, long? after, int take, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var acts = context.Revocations.AsNoTracking().Where(r => r.Scope != RevocationScope.Certificate);
        if (before is { } older)
            acts = acts.Where(r => r.Id < older);
        if (after is { } newer)
            acts = acts.Where(r => r.Id > newer);
        var found = await (after is null ? acts.OrderByDescending(r => r.Id) : acts.OrderBy(r => r.Id)).Take(take + 1).ToListAsync(cancellationToken);
        var more = found.Count > take;
        if (more)
            found.RemoveAt(take);
        if (after is not null)
            found.Reverse();
        var rows = new List<RevocationRow>(found.Count);
        foreach (var act in found)
        {
            var left = act.FinishedAt is null ? await Living(context, act.Scope, act.Target, act.Id, act.At).CountAsync(cancellationToken) : 0;
            rows.Add(new(act.Id, act.Scope, act.Target, act.Reason, act.Note, act.Actor, act.At, act.FinishedAt, act.Certificates, act.Certificates + left));
        }
        return after is null ? new(rows, before is not null, more) : new(rows, more, rows.Count > 0);
    }

    /// <summary>The certificates whose replacement was asked for and whose overlap is over.</summary>
    public async Task<IReadOnlyList<string>> DueAsync(DateTimeOffset now, int take, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Certificates.Where(c => c.WithdrawAt != null && c.WithdrawAt <= now && c.NotAfter >= now).OrderBy(c => c.WithdrawAt)
            .Select(c => c.Serial).Take(take).ToListAsync(cancellationToken);
    }

    private static IQueryable<Certificate> Living(ConsoleDbContext context, RevocationScope scope, string target, long before, DateTimeOffset now)
        => context.Certificates.Within(scope, target)
            .Where(c => c.Id < before && c.NotAfter >= now && (c.RevokedAt == null || c.RevocationCode == RevocationReason.CertificateHold));
}

/// <summary>
/// An act of revoking and how far it is: <paramref name="Id"/> is the ledger leaf from which on it holds, <paramref name="Marked"/> the
/// certificates whose rows say so, <paramref name="Total"/> those within the scope that counted then. Times are UTC.
/// </summary>
public sealed record RevocationRow(
    long Id, RevocationScope Scope, string Target, RevocationReason Reason, string? Note, string Actor, DateTimeOffset At, DateTimeOffset? FinishedAt, int Marked, int Total);
