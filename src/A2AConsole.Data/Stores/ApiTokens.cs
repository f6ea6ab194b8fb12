using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>Tokens for programs. Making and revoking one is a leaf of the ledger; its use is not.</summary>
public sealed class ApiTokens(IDbContextFactory<ConsoleDbContext> contexts, ILedger ledger)
{
    /// <summary>Most tokens that one person may have at a time.</summary>
    public const int MostEach = 20;

    /// <summary>Adds a token; throws <see cref="UserChangeRefusedException"/> when she has as many as one may have.</summary>
    public Task AddAsync(ApiToken token, LedgerLeaf leaf, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(leaf, (db, index) =>
        {
            if (db.ApiTokens.Count(t => t.Owner == token.Owner && t.RevokedAt == null && t.ExpiresAt > token.CreatedAt) >= MostEach)
                throw new UserChangeRefusedException($"You have {MostEach} tokens already: revoke one that is not used any more.");
            token.Leaf = index;
            db.ApiTokens.Add(token);
        }, cancellationToken);

    /// <summary>Ends a token. False when it had ended before.</summary>
    public async Task<bool> RevokeAsync(int id, string by, LedgerLeaf leaf, CancellationToken cancellationToken = default)
    {
        var done = false;
        await ledger.RecordAsync(leaf, (db, _) =>
        {
            var token = db.ApiTokens.Find(id) ?? throw new UserChangeRefusedException("There is no such token.");
            if (token.RevokedAt is not null)
                throw new UserChangeRefusedException("It was revoked before.");
            (token.RevokedAt, token.RevokedBy, done) = (leaf.At, by, true);
        }, cancellationToken);
        return done;
    }

    /// <summary>Somebody's tokens (null: everybody's), newest first.</summary>
    public async Task<IReadOnlyList<ApiToken>> ListAsync(string? owner, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ApiTokens.AsNoTracking().Where(t => owner == null || t.Owner == owner).OrderByDescending(t => t.Id).Take(500).ToListAsync(cancellationToken);
    }

    /// <summary>One token, or null.</summary>
    public async Task<ApiToken?> FindAsync(int id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ApiTokens.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, cancellationToken);
    }

    /// <summary>
    /// The token with this hash, when it is good now: neither revoked nor over, its owner not disabled and still in its role. Null otherwise.
    /// </summary>
    public async Task<ApiToken?> GoodAsync(string hash, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (from token in db.ApiTokens
                      where token.Hash == hash && token.RevokedAt == null && token.ExpiresAt > now
                      join user in db.Users on token.Owner equals user.UserName
                      where user.LockoutEnd == null || user.LockoutEnd < ConsoleUsers.DisabledUntil
                      join link in db.UserRoles on user.Id equals link.UserId
                      join role in db.Roles on link.RoleId equals role.Id
                      where role.Name == token.Role
                      select token).AsNoTracking().FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Remembers that it was used, to the minute.</summary>
    public async Task UsedAsync(ApiToken token, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        if (token.LastUsedAt is { } last && now - last < TimeSpan.FromMinutes(1))
            return;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.ApiTokens.Where(t => t.Id == token.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, (DateTimeOffset?)now), cancellationToken);
    }
}
