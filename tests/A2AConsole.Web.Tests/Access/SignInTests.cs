using System.Net;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using A2AConsole.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Access;

[Collection<ConsoleVisits>]
public sealed class SignInTests(RunningConsole console)
{
    [Theory]
    [InlineData("analyst", "/alerts")]
    [InlineData("owner", "/certificates?mine=1")]
    [InlineData("manager", "/approvals")]
    [InlineData("auditor", "/audit")]
    [InlineData("administrator", "/")]
    public async Task Each_role_lands_where_its_work_is(string name, string landing)
    {
        using var browser = console.Browser();
        using var reply = await RunningConsole.SubmitAsync(browser, "/account/sign-in", ("userName", name), ("password", RunningConsole.Password));
        Assert.Equal(landing, new Uri(console.Address, reply.Headers.Location!).PathAndQuery);
    }

    [Theory]
    [InlineData("/audit", "/audit")]
    [InlineData("//evil.example/", "/approvals")]
    [InlineData("/\\evil.example", "/approvals")]
    [InlineData("https://evil.example", "/approvals")]
    public async Task One_comes_back_to_where_one_wanted_to_go_but_never_to_another_site(string wanted, string landing)
    {
        using var browser = console.Browser();
        using var reply = await RunningConsole.SubmitAsync(browser, "/account/sign-in?returnUrl=" + Uri.EscapeDataString(wanted), ("userName", "manager"), ("password", RunningConsole.Password));
        Assert.Equal(landing, new Uri(console.Address, reply.Headers.Location!).PathAndQuery);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_and_the_ledger_has_each()
    {
        await console.AddUserAsync("locked", Roles.Analyst);
        using var browser = console.Browser();
        for (var i = 0; i < 5; i++)
            (await RunningConsole.SubmitAsync(browser, "/account/sign-in", ("userName", "locked"), ("password", "not the password"))).Dispose();
        using var reply = await RunningConsole.SubmitAsync(browser, "/account/sign-in", ("userName", "locked"), ("password", RunningConsole.Password));
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Contains("After 5 wrong passwords wait 15 minutes", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var codes = (await RecordsAsync()).Where(l => l.Actor == "user:locked").Select(l => l.Code).ToArray();
        Assert.Equal(["wrong-password", "wrong-password", "wrong-password", "wrong-password", "locked-out", "locked-out"], codes);
    }

    [Fact]
    public async Task A_stranger_locks_himself_out_and_learns_nothing_about_the_account()
    {
        await console.AddUserAsync("attacked", Roles.Administrator);
        await using var scope = console.Services.CreateAsyncScope();
        var service = scope.ServiceProvider.GetRequiredService<SignInService>();
        var answers = new HashSet<string?>();
        foreach (var (name, password) in Enumerable.Repeat(("attacked", "not the password"), 7).Append(("attacked", RunningConsole.Password)).Append(("nobody-by-this-name", "x")))
            answers.Add(await service.SignInAsync(name, password, "2001:db8:1:2::66", default));
        // Neighbours in the same network are the same source; the right password is of no use to it either.
        answers.Add(await service.SignInAsync("attacked", RunningConsole.Password, "2001:db8:1:2::67", default));
        Assert.Single(answers);
        Assert.NotNull(answers.Single());

        using var owner = await console.SignedInAsync("attacked");
    }

    [Fact]
    public async Task Who_has_no_role_reads_nothing_of_what_was_sent()
    {
        await using (var scope = console.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<Data.Entities.ConsoleUser>>();
            var accounts = scope.ServiceProvider.GetRequiredService<UserAdministration>();
            Assert.True((await users.CreateAsync(await accounts.PrepareAsync("roleless", "", RunningConsole.Password))).Succeeded);
        }
        using var browser = await console.SignedInAsync("roleless");
        foreach (var path in new[] { "/events", "/events/0", "/events/0/evidence", "/events/export.csv", "/events/export.json", "/quarantine", "/quarantine/export.csv" })
        {
            using var reply = await browser.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.Found, "/account/denied"), (path, reply.StatusCode, new Uri(console.Address, reply.Headers.Location!).AbsolutePath));
            if (path == "/events")
                Assert.Contains("Someone without a role may not read what was sent", await browser.GetStringAsync(reply.Headers.Location), StringComparison.Ordinal);
        }
        using var overview = await browser.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, overview.StatusCode);
    }

    [Fact]
    public async Task What_was_typed_as_an_unknown_name_is_not_written_down()
    {
        using var browser = console.Browser();
        using var reply = await RunningConsole.SubmitAsync(browser, "/account/sign-in", ("userName", "hunter2-typed-in-the-wrong-field"), ("password", "x"));
        Assert.Contains("do not match", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(await RecordsAsync(), l => LeafEncoding.Encode(l).AsSpan().IndexOf("hunter2"u8) >= 0);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var browser = console.Browser();
        using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new("userName", "analyst"), new("password", RunningConsole.Password)]);
        using var reply = await browser.PostAsync("/account/sign-in", form);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
    }

    [Fact]
    public async Task Who_may_not_administer_users_is_told_who_may()
    {
        using var browser = await console.SignedInAsync("auditor");
        using var refused = await browser.GetAsync("/settings/users");
        Assert.Equal(HttpStatusCode.Found, refused.StatusCode);
        var page = await browser.GetStringAsync(refused.Headers.Location);
        Assert.Contains("An auditor may not administer users. An administrator may.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_set_up_link_makes_one_administrator_once()
    {
        Assert.NotEqual("", console.SetUpToken);
        var path = "/account/set-up?token=" + console.SetUpToken;
        using var browser = console.Browser();
        using var differing = await RunningConsole.SubmitAsync(browser, path, ("userName", "first"), ("password", RunningConsole.Password), ("again", "another"));
        Assert.Contains("differ", await differing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var made = await RunningConsole.SubmitAsync(browser, path, ("userName", "first"), ("password", RunningConsole.Password), ("again", RunningConsole.Password));
        Assert.Equal(HttpStatusCode.Found, made.StatusCode);
        Assert.Contains("was used", await browser.GetStringAsync(path), StringComparison.Ordinal);
        (await console.SignedInAsync("first")).Dispose();
    }

    [Fact]
    public async Task A_password_link_works_once()
    {
        await console.AddUserAsync("linked", Roles.Owner);
        await using var scope = console.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserAdministration>();
        var row = (await console.Services.GetRequiredService<ConsoleUsers>().ListAsync()).Single(u => u.UserName == "linked");
        var path = await accounts.ResetAsync(row, "user:administrator", "forgotten");
        using var browser = console.Browser();
        using var set = await RunningConsole.SubmitAsync(browser, path, ("password", RunningConsole.Password), ("again", RunningConsole.Password));
        Assert.Equal(HttpStatusCode.Found, set.StatusCode);
        Assert.Contains("was used", await browser.GetStringAsync(path), StringComparison.Ordinal);
        (await console.SignedInAsync("linked")).Dispose();
    }

    [Fact]
    public async Task A_disabled_user_cannot_sign_in_and_a_session_ends()
    {
        await console.AddUserAsync("leaving", Roles.Manager);
        await using var scope = console.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserAdministration>();
        var row = (await console.Services.GetRequiredService<ConsoleUsers>().ListAsync()).Single(u => u.UserName == "leaving");
        await accounts.SetDisabledAsync(row, true, "user:administrator", "has left");
        using var browser = console.Browser();
        using var reply = await RunningConsole.SubmitAsync(browser, "/account/sign-in", ("userName", "leaving"), ("password", RunningConsole.Password));
        Assert.Contains("cannot be used now", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(await RecordsAsync(), l => l is { Kind: LeafKind.Administration, Code: "user-disabled", Subject: "user:leaving", Detail: "has left" });
    }

    [Theory]
    [InlineData("/", "Overview")]
    [InlineData("/events", "Events")]
    [InlineData("/audit", "Audit")]
    [InlineData("/events/0?tab=proof", "It is on the ledger")]
    [InlineData("/find?q=0", null)]
    public async Task The_first_render_of_a_page_has_its_content(string path, string? expected)
    {
        using var browser = await console.SignedInAsync("analyst");
        using var reply = await browser.GetAsync(path);
        if (expected is null)
            Assert.Equal("/events/0", new Uri(console.Address, reply.Headers.Location!).AbsolutePath);
        else
            Assert.Contains(expected, await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<LedgerLeaf>> RecordsAsync()
    {
        var leaves = await console.Services.GetRequiredService<ILedgerReader>().LeavesAsync(0, 10_000);
        return [.. leaves.Select(l => LeafReader.Parse(l))];
    }
}
