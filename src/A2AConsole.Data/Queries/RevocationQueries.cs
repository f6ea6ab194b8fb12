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
