using System.Net;
using System.Security.Claims;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using A2AConsole.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Web.Tests.Access;

/// <summary>The session behind an open page: over a real account, judged when its owner acts.</summary>
[Collection<ConsoleVisits>]
public sealed class CircuitUserTests(RunningConsole console)
{
    [Fact]
    public async Task Who_is_disabled_acts_as_nobody_at_once_and_the_page_is_told()
    {
        var row = await AddAsync("acting");
        await using var page = console.Services.CreateAsyncScope();
        var state = await OpenAsync(page, "acting");
        var me = page.ServiceProvider.GetRequiredService<CurrentUser>();
        Assert.True(Permission.ManageAuthority.Allows(await me.ActingAsync()));
        var told = 0;
        state.AuthenticationStateChanged += _ => told++;

        await using var other = console.Services.CreateAsyncScope();
        await other.ServiceProvider.GetRequiredService<UserAdministration>().SetDisabledAsync(row, true, "user:administrator", "has left");
        var acting = await me.ActingAsync();
        Assert.False(acting.Identity!.IsAuthenticated);
        Assert.Equal("You are not signed in any more. Sign in to change the authority's keys.", Permission.ManageAuthority.Refusal(acting));
        Assert.Equal(1, told);
        Assert.False((await me.PrincipalAsync()).Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task Who_got_another_role_does_not_act_by_the_old_one()
    {
        var row = await AddAsync("demoted");
        await using var page = console.Services.CreateAsyncScope();
        await OpenAsync(page, "demoted");
        await using var other = console.Services.CreateAsyncScope();
        await other.ServiceProvider.GetRequiredService<UserAdministration>().ChangeRoleAsync(row, Roles.Auditor, "user:administrator", "another task");
        Assert.False(Permission.ManageAuthority.Allows(await page.ServiceProvider.GetRequiredService<CurrentUser>().ActingAsync()));
    }

    [Fact]
    public async Task A_page_is_no_older_than_a_session_may_get()
    {
        await AddAsync("staying");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var page = console.Services.CreateAsyncScope();
        using var state = new CircuitUser(page.ServiceProvider.GetRequiredService<ILoggerFactory>(), page.ServiceProvider.GetRequiredService<IServiceScopeFactory>(),
            page.ServiceProvider.GetRequiredService<IOptions<IdentityOptions>>(), new EndedSessions(clock));
        state.SetAuthenticationState(Task.FromResult(new AuthenticationState(await PrincipalAsync(page, "staying"))));
        clock.Advance(AccessRules.SessionLifetime - TimeSpan.FromSeconds(1));
        Assert.True((await state.JudgeAsync()).Identity!.IsAuthenticated);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await state.JudgeAsync()).Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task Signing_out_ends_what_is_open_in_the_same_session_and_copies_of_its_cookie()
    {
        await AddAsync("signing-out");
        using var browser = await console.SignedInAsync("signing-out");
        using var elsewhere = await console.SignedInAsync("signing-out");
        var ended = console.Services.GetRequiredService<EndedSessions>();
        using var copy = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = console.Address };
        using var signIn = await RunningConsole.SubmitAsync(console.Browser(), "/account/sign-in", ("userName", "signing-out"), ("password", RunningConsole.Password));
        var cookie = signIn.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("a2aconsole=", StringComparison.Ordinal)).Split(';')[0];

        async Task<HttpStatusCode> AskAsync(string? path = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path ?? "/ledger/checkpoint") { Headers = { { "Cookie", cookie } } };
            using var reply = await copy.SendAsync(request);
            return reply.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync());
        var session = Ticket(cookie);
        Assert.False(ended.HasEnded(session));

        // Signed out in another tab: the same cookie, by the page's own form.
        using var page = new HttpRequestMessage(HttpMethod.Get, "/account/password") { Headers = { { "Cookie", cookie } } };
        using var shown = await copy.SendAsync(page);
        var form = shown.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("a2aconsole.form=", StringComparison.Ordinal)).Split(';')[0];
        var token = System.Text.RegularExpressions.Regex.Match(await shown.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var leave = new HttpRequestMessage(HttpMethod.Post, "/account/sign-out")
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]), Headers = { { "Cookie", $"{cookie}; {form}" } },
        };
        using var left = await copy.SendAsync(leave);
        Assert.Equal(HttpStatusCode.Found, left.StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync());
        await using var open = console.Services.CreateAsyncScope();
        var state = (CircuitUser)open.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
        state.SetAuthenticationState(Task.FromResult(new AuthenticationState(session)));
        Assert.False((await state.JudgeAsync()).Identity!.IsAuthenticated);
        // Her other sessions are not touched.
        using var still = await elsewhere.GetAsync("/ledger/checkpoint");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    private ClaimsPrincipal Ticket(string cookie)
    {
        var options = console.Services.GetRequiredService<IOptionsMonitor<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        return options.TicketDataFormat.Unprotect(cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..])!.Principal;
    }

    private async Task<UserRow> AddAsync(string name)
    {
        await console.AddUserAsync(name, Roles.Administrator);
        return (await console.Services.GetRequiredService<ConsoleUsers>().ListAsync()).Single(u => u.UserName == name);
    }

    private static async Task<ClaimsPrincipal> PrincipalAsync(AsyncServiceScope scope, string name)
    {
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>().FindByNameAsync(name);
        return await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<ConsoleUser>>().CreateAsync(user!);
    }

    private static async Task<ServerAuthenticationStateProvider> OpenAsync(AsyncServiceScope page, string name)
    {
        var state = (ServerAuthenticationStateProvider)page.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
        state.SetAuthenticationState(Task.FromResult(new AuthenticationState(await PrincipalAsync(page, name))));
        return state;
    }
}
