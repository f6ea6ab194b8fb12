using System.Net;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Hosting;

/// <summary>What people read when they cannot get in, and how they get in again.</summary>
public sealed class AccessPagesTests
{
    [Fact]
    public async Task Whoever_lost_the_last_password_starts_anew_with_a_link_that_is_on_the_ledger_and_good_once()
    {
        await using var console = await RunningConsole.StartAsync(o => o with { NewAdminLink = true });
        using var browser = console.Browser();
        var page = await browser.GetStringAsync("/account/set-up?token=" + console.SetUpToken);
        Assert.Contains("Make an administrator", page, StringComparison.Ordinal);
        // A name that is taken does not cost the link.
        using var taken = await RunningConsole.SubmitAsync(browser, "/account/set-up?token=" + console.SetUpToken, ("userName", "analyst"), ("password", RunningConsole.Password), ("again", RunningConsole.Password));
        Assert.Contains("is already taken", await taken.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var made = await RunningConsole.SubmitAsync(browser, "/account/set-up?token=" + console.SetUpToken, ("userName", "rescue"), ("password", RunningConsole.Password), ("again", RunningConsole.Password));
        Assert.Equal(HttpStatusCode.Found, made.StatusCode);
        Assert.Contains("This link was used", await browser.GetStringAsync("/account/set-up?token=" + console.SetUpToken), StringComparison.Ordinal);
        using var rescue = await console.SignedInAsync("rescue");
        var reader = console.Services.GetRequiredService<ILedgerReader>();
        var leaves = (await reader.LeavesAsync(0, 1000)).Select(l => LeafReader.Parse(l)).ToList();
        Assert.Single(leaves, l => l.Code == "admin-link-made");
        Assert.Single(leaves, l => l.Code == "user-added" && l.Subject == "user:rescue");
    }

    [Fact]
    public async Task Wrong_passwords_are_forgotten_when_an_administrator_unlocks()
    {
        await using var console = await RunningConsole.StartAsync();
        using var browser = console.Browser();
        for (var i = 0; i < AccessRules.AttemptsBeforeLockout; i++)
            (await RunningConsole.SubmitAsync(browser, "/account/sign-in", ("userName", "auditor"), ("password", "wrong wrong wrong"))).Dispose();
        using (var locked = await RunningConsole.SubmitAsync(browser, "/account/sign-in", ("userName", "auditor"), ("password", RunningConsole.Password)))
            Assert.Equal(HttpStatusCode.OK, locked.StatusCode);
        var wrong = console.Services.GetRequiredService<WrongPasswords>();
        await using (var scope = console.Services.CreateAsyncScope())
        {
            var row = (await console.Services.GetRequiredService<ConsoleUsers>().ListAsync()).Single(u => u.UserName == "auditor");
            Assert.True(wrong.IsLocked(row.Id));
            await scope.ServiceProvider.GetRequiredService<UserAdministration>().UnlockAsync(row, "user:administrator", "She mistyped it.");
            Assert.False(wrong.IsLocked(row.Id));
        }
        using var signedIn = await console.SignedInAsync("auditor");
    }
}
