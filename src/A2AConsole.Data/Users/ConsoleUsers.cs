using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Users;

/// <summary>A person as the administrator's list shows her.</summary>
public sealed record UserRow(string Id, string UserName, string DisplayName, string? Role, bool HasPassword, bool IsDisabled, DateTimeOffset? LockedUntil, bool IsDemo);

/// <summary>
/// The people of the console. What an administrator changes is written together with its ledger leaf; what a person merely
/// prefers (theme, when she last looked) is not on the ledger.
/// </summary>
public sealed class ConsoleUsers(IDbContextFactory<ConsoleDbContext> contexts, ILedger ledger)
{
    /// <summary>A lockout that ends here means: disabled by an administrator.</summary>
    public static readonly DateTimeOffset DisabledUntil = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Makes the roles that are missing. Their ids are their names, so that every store has the same.</summary>
    public async Task EnsureRolesAsync(IEnumerable<string> names, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await db.Roles.Select(r => r.Name!).ToListAsync(cancellationToken);
        foreach (var name in names.Except(known, StringComparer.Ordinal))
            db.Roles.Add(new IdentityRole(name) { Id = name, NormalizedName = name.ToUpperInvariant() });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Whether anybody holds the role and may sign in.</summary>
    public async Task<bool> AnyInRoleAsync(string role, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await InRole(db, role).AnyAsync(cancellationToken);
    }

    /// <summary>Everybody, by user name.</summary>
    public async Task<IReadOnlyList<UserRow>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from user in db.Users
            orderby user.NormalizedUserName
            select new
            {
                user.Id, user.UserName, user.DisplayName, user.PasswordHash, user.LockoutEnd, user.IsDemo,
                Role = (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where link.UserId == user.Id select role.Name).FirstOrDefault(),
            }).Take(1000).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new UserRow(r.Id, r.UserName!, r.DisplayName, r.Role, r.PasswordHash is not null, r.LockoutEnd >= DisabledUntil, r.LockoutEnd, r.IsDemo))];
    }

    /// <summary>Adds a person with one role. <paramref name="user"/> has been validated and normalised by Identity.</summary>
    public Task<LedgerReceipt> AddAsync(ConsoleUser user, string role, LedgerLeaf leaf, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(leaf, (db, _) =>
        {
            if (db.Users.Any(u => u.NormalizedUserName == user.NormalizedUserName))
                throw new UserChangeRefusedException($"There is a user {user.UserName} already.");
            db.Users.Add(user);
            db.UserRoles.Add(new IdentityUserRole<string> { UserId = user.Id, RoleId = RoleId(db, role) });
        }, cancellationToken);

    /// <summary>Gives a person another role; her open sessions end.</summary>
    public Task<LedgerReceipt> ChangeRoleAsync(string userId, string role, string administratorRole, LedgerLeaf leaf, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(leaf, (db, _) =>
        {
            var user = Find(db, userId);
            if (role != administratorRole)
                KeepOneAdministrator(db, userId, administratorRole);
            db.UserRoles.RemoveRange(db.UserRoles.Where(r => r.UserId == userId));
            db.UserRoles.Add(new IdentityUserRole<string> { UserId = userId, RoleId = RoleId(db, role) });
            EndSessions(user);
        }, cancellationToken);

    /// <summary>Disables or enables an account; when disabled, its open sessions end.</summary>
    public Task<LedgerReceipt> SetDisabledAsync(string userId, bool disabled, string administratorRole, LedgerLeaf leaf, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(leaf, (db, _) =>
        {
            var user = Find(db, userId);
            if (disabled)
                KeepOneAdministrator(db, userId, administratorRole);
            user.LockoutEnabled = true;
            user.LockoutEnd = disabled ? DisabledUntil : null;
            user.AccessFailedCount = 0;
            EndSessions(user);
        }, cancellationToken);

    /// <summary>Voids the password and every session; a link for a new one is handed out.</summary>
    public Task<LedgerReceipt> ResetAsync(string userId, LedgerLeaf leaf, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(leaf, (db, _) =>
        {
            var user = Find(db, userId);
            user.PasswordHash = null;
            EndSessions(user);
        }, cancellationToken);

    /// <summary>Sets a password that was chosen over a one-time link, and so voids the link.</summary>
    public Task<LedgerReceipt> SetPasswordAsync(string userId, string expectedStamp, string passwordHash, LedgerLeaf leaf, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(leaf, (db, _) =>
        {
            var user = Find(db, userId);
            if (user.SecurityStamp != expectedStamp)
                throw new UserChangeRefusedException("This link has been used.");
            user.PasswordHash = passwordHash;
            user.AccessFailedCount = 0;
            if (user.LockoutEnd < DisabledUntil)
                user.LockoutEnd = null;
            EndSessions(user);
        }, cancellationToken);

    /// <summary>Keeps a passkey that she enrolled.</summary>
    public Task<LedgerReceipt> AddPasskeyAsync(string userId, UserPasskeyInfo passkey, LedgerLeaf leaf, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(leaf, (db, _) =>
        {
            if (db.UserPasskeys.Any(p => p.CredentialId == passkey.CredentialId))
                throw new UserChangeRefusedException("This passkey is enrolled already.");
            db.UserPasskeys.Add(new IdentityUserPasskey<string>
            {
                UserId = userId, CredentialId = passkey.CredentialId,
                Data = new IdentityPasskeyData
                {
                    PublicKey = passkey.PublicKey, Name = passkey.Name, CreatedAt = passkey.CreatedAt, SignCount = passkey.SignCount, Transports = passkey.Transports, IsUserVerified = passkey.IsUserVerified,
                    IsBackupEligible = passkey.IsBackupEligible, IsBackedUp = passkey.IsBackedUp, AttestationObject = passkey.AttestationObject, ClientDataJson = passkey.ClientDataJson,
                },
            });
        }, cancellationToken);

    /// <summary>Removes one of her passkeys.</summary>
    public Task<LedgerReceipt> RemovePasskeyAsync(string userId, byte[] credentialId, LedgerLeaf leaf, CancellationToken cancellationToken = default)
        => ledger.RecordAsync(leaf, (db, _) => db.UserPasskeys.RemoveRange(db.UserPasskeys.Where(p => p.UserId == userId && p.CredentialId == credentialId)), cancellationToken);

    /// <summary>Remembers how often a passkey says that it signed: a copy of it would fall behind.</summary>
    public async Task UsedPasskeyAsync(string userId, UserPasskeyInfo passkey, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.UserPasskeys.FirstOrDefaultAsync(p => p.UserId == userId && p.CredentialId == passkey.CredentialId, cancellationToken) is not { } kept)
            return;
        (kept.Data.SignCount, kept.Data.IsBackedUp) = (passkey.SignCount, passkey.IsBackedUp);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Remembers light, dark or (null) the system's theme.</summary>
    public async Task SetThemeAsync(string userId, string? theme, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(s => s.SetProperty(u => u.Theme, theme), cancellationToken);
    }

    /// <summary>Remembers how a person likes her tables.</summary>
    public async Task SetTablesAsync(string userId, string? tables, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(s => s.SetProperty(u => u.Tables, tables), cancellationToken);
    }

    /// <summary>Remembers when a person left the Overview.</summary>
    public async Task SetLookedAsync(string userId, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(s => s.SetProperty(u => u.LastLookedAt, at), cancellationToken);
    }

    /// <summary>Remembers which tree a person has verified: the next consistency proof starts there.</summary>
    public async Task SetVerifiedAsync(string userId, long size, string root, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            s => s.SetProperty(u => u.VerifiedSize, size).SetProperty(u => u.VerifiedRoot, root).SetProperty(u => u.VerifiedAt, at), cancellationToken);
    }

    /// <summary>What is remembered of a person, or null when she is gone.</summary>
    public async Task<ConsoleUser?> FindAsync(string userId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancellationToken);
    }

    private static ConsoleUser Find(ConsoleDbContext db, string userId)
        => db.Users.FirstOrDefault(u => u.Id == userId) ?? throw new UserChangeRefusedException("This user is not there any more.");

    private static string RoleId(ConsoleDbContext db, string role) => db.Roles.Where(r => r.Name == role).Select(r => r.Id).First();

    private static void EndSessions(ConsoleUser user)
        => (user.SecurityStamp, user.ConcurrencyStamp) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString());

    private static void KeepOneAdministrator(ConsoleDbContext db, string userId, string role)
    {
        if (InRole(db, role).Any(u => u.Id == userId) && !InRole(db, role).Any(u => u.Id != userId))
            throw new UserChangeRefusedException("This is the last administrator: make another one first.");
    }

    private static IQueryable<ConsoleUser> InRole(ConsoleDbContext db, string role)
        => from user in db.Users
           join link in db.UserRoles on user.Id equals link.UserId
           join held in db.Roles on link.RoleId equals held.Id
           where held.Name == role && (user.LockoutEnd == null || user.LockoutEnd < DisabledUntil)
           select user;
}

/// <summary>A change to a user that is not made; the message says why, for the administrator.</summary>
public sealed class UserChangeRefusedException(string message) : Exception(message);
