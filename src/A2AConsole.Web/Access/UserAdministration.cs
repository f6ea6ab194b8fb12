using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Users;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>
/// What is done to accounts. Each change and its ledger leaf are one transaction. A refusal comes as
/// <see cref="UserChangeRefusedException"/> with a sentence for the person.
/// </summary>
internal sealed class UserAdministration(ConsoleUsers store, UserManager<ConsoleUser> users, WrongPasswords wrong, TimeProvider time)
{
    private const string LinkPurpose = "set-password";

    /// <summary>A valid account that is not stored yet; without <paramref name="password"/> its owner chooses one over a link.</summary>
    public async Task<ConsoleUser> PrepareAsync(string userName, string displayName, string? password)
    {
        userName = userName.Trim();
        var user = new ConsoleUser
        {
            UserName = userName,
            Email = userName.Contains('@', StringComparison.Ordinal) ? userName : null,
            DisplayName = displayName.Trim() is { Length: > 0 } shown ? shown : userName,
            LockoutEnabled = true,
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        if (userName.Length is 0 or > 128)
            throw new UserChangeRefusedException("A user name has 1 to 128 characters.");
        foreach (var validator in users.UserValidators)
            Check(await validator.ValidateAsync(users, user));
        if (password is not null)
            user.PasswordHash = await HashAsync(user, password);
        await users.UpdateNormalizedUserNameAsync(user);
        await users.UpdateNormalizedEmailAsync(user);
        return user;
    }

    public Task<LedgerReceipt> AddAsync(ConsoleUser user, string role, string actor, string detail, CancellationToken cancellationToken = default)
        => store.AddAsync(user, role, Leaf(actor, user.UserName!, "user-added", detail + $", role {role}"), cancellationToken);

    public Task<LedgerReceipt> ChangeRoleAsync(UserRow user, string role, string actor, string reason)
        => store.ChangeRoleAsync(user.Id, role, Roles.Administrator, Leaf(actor, user.UserName, "user-role-changed", $"From {user.Role ?? "no role"} to {role}: {reason}"));

    public Task<LedgerReceipt> SetDisabledAsync(UserRow user, bool disabled, string actor, string reason)
        => store.SetDisabledAsync(user.Id, disabled, Roles.Administrator, Leaf(actor, user.UserName, disabled ? "user-disabled" : "user-enabled", reason));

    /// <summary>Lets an account be tried again that wrong passwords locked, from wherever they came.</summary>
    public async Task UnlockAsync(UserRow user, string actor, string reason)
    {
        await store.UnlockAsync(user.Id, Leaf(actor, user.UserName, "user-unlocked", reason));
        wrong.Clear(user.Id);
    }

    /// <summary>Voids the password and returns a one-time link's path for a new one, good for an hour.</summary>
    public async Task<string> ResetAsync(UserRow user, string actor, string reason)
    {
        await store.ResetAsync(user.Id, Leaf(actor, user.UserName, "user-reset", reason));
        return await LinkAsync(user.Id);
    }

    /// <summary>A one-time link's path to choose a password, good for an hour.</summary>
    public async Task<string> LinkAsync(string userId)
    {
        var user = await store.FindAsync(userId) ?? throw new UserChangeRefusedException("This user is not there any more.");
        var token = await users.GenerateUserTokenAsync(user, TokenOptions.DefaultProvider, LinkPurpose);
        return $"/account/password/new?user={Uri.EscapeDataString(userId)}&token={Uri.EscapeDataString(token)}";
    }

    /// <summary>The account that a one-time link is for, or null when the link is no good.</summary>
    public async Task<ConsoleUser?> OpenLinkAsync(string? userId, string? token)
        => userId is not null && token is not null && await store.FindAsync(userId) is { } user
            && await users.VerifyUserTokenAsync(user, TokenOptions.DefaultProvider, LinkPurpose, token) ? user : null;

    /// <summary>Sets the password of an account whose link was opened or whose present password was checked.</summary>
    public async Task SetPasswordAsync(ConsoleUser user, string password, CancellationToken cancellationToken = default)
        => await store.SetPasswordAsync(user.Id, user.SecurityStamp!, await HashAsync(user, password),
            Leaf("user:" + user.UserName, user.UserName!, "user-password-set", "A new password was chosen"), cancellationToken);

    private async Task<string> HashAsync(ConsoleUser user, string password)
    {
        if (password.Length > 256)
            throw new UserChangeRefusedException("A password has at most 256 characters.");
        foreach (var validator in users.PasswordValidators)
            Check(await validator.ValidateAsync(users, user, password));
        return users.PasswordHasher.HashPassword(user, password);
    }

    private LedgerLeaf Leaf(string actor, string userName, string code, string detail) => new()
    {
        Kind = LeafKind.Administration,
        Verdict = LeafVerdict.Done,
        Code = code,
        At = time.GetUtcNow(),
        Actor = actor,
        Subject = "user:" + userName,
        Detail = detail,
    };

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new UserChangeRefusedException(string.Join(' ', result.Errors.Select(e => e.Description)));
    }
}
