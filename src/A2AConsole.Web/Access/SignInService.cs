using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>Signs people in and puts each attempt on the ledger before it answers.</summary>
internal sealed class SignInService(SignInManager<ConsoleUser> signIn, UserManager<ConsoleUser> users, SignInRecorder recorder, WrongPasswords wrong)
{
    /// <summary>Null when signed in, else what to tell the person.</summary>
    public async Task<string?> SignInAsync(string userName, string password, string? address, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(userName, password, address, cancellationToken);
        }
        catch (LedgerUnavailableException)
        {
            await signIn.SignOutAsync();
            return "The ledger takes no records at the moment, and no one is signed in unrecorded. Try again in a minute.";
        }
    }

    private async Task<string?> TryAsync(string userName, string password, string? address, CancellationToken cancellationToken)
    {
        var user = await users.FindByNameAsync(userName);
        if (user is null)
        {
            // The same work as for a real account, so that the time taken does not tell which names exist.
            users.PasswordHasher.HashPassword(new ConsoleUser(), password);
            await recorder.RecordAsync(null, address, "unknown-user", "A sign-in with an unknown user name", cancellationToken);
            return Wrong;
        }

        if (wrong.IsLocked(user.Id, address))
        {
            users.PasswordHasher.HashPassword(new ConsoleUser(), password);
            await recorder.RecordAsync(user.UserName!, address, "locked-out", "This source has tried too many wrong passwords", cancellationToken);
            return Wrong;
        }
        var result = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            await recorder.RecordAsync(user.UserName!, address, null, "Signed in", cancellationToken);
            wrong.Clear(user.Id, address);
            await signIn.SignInWithClaimsAsync(user, isPersistent: false, [EndedSessions.New()]);
            return null;
        }
        if (result.IsLockedOut)
        {
            // No password was checked: the same work as if.
            users.PasswordHasher.HashPassword(new ConsoleUser(), password);
            await recorder.RecordAsync(user.UserName!, address, "locked-out", "The account is disabled, or locked after too many wrong passwords", cancellationToken);
            return Wrong;
        }
        if (wrong.Note(user.Id, address))
            await recorder.RecordAsync(user.UserName!, address, "locked-out", "The last wrong password that this source may try for now", cancellationToken);
        else
            await recorder.RecordAsync(user.UserName!, address, "wrong-password", "A wrong password", cancellationToken);
        return Wrong;
    }

    // One sentence for all: whether an account exists, is locked or disabled is nobody's business who cannot sign in to it.
    internal static readonly string Wrong = string.Create(CultureInfo.InvariantCulture,
        $"User name and password do not match an account here, or it cannot be used now. After {AccessRules.AttemptsBeforeLockout} wrong passwords wait {AccessRules.Lockout.TotalMinutes:0} minutes; an administrator sees whether an account is disabled.");
}
