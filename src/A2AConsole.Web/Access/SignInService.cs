using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>Signs people in and puts each attempt on the ledger before it answers.</summary>
internal sealed class SignInService(SignInManager<ConsoleUser> signIn, UserManager<ConsoleUser> users, SignInRecorder recorder, TimeProvider time)
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

        var result = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            await recorder.RecordAsync(user.UserName!, address, null, "Signed in", cancellationToken);
            await signIn.SignInWithClaimsAsync(user, isPersistent: false, [EndedSessions.New()]);
            return null;
        }
        if (result.IsLockedOut)
        {
            await recorder.RecordAsync(user.UserName!, address, "locked-out", "The account is locked after too many wrong passwords", cancellationToken);
            return user.LockoutEnd > time.GetUtcNow().AddYears(10)
                ? "This account is disabled. An administrator can enable it."
                : string.Create(CultureInfo.InvariantCulture, $"This account is locked until {user.LockoutEnd:HH:mm} UTC after {AccessRules.AttemptsBeforeLockout} wrong passwords.");
        }
        await recorder.RecordAsync(user.UserName!, address, "wrong-password", "A wrong password", cancellationToken);
        return Wrong;
    }

    private const string Wrong = "User name and password do not match an account here.";
}
